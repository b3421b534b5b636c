"""A run that is stopped with Ctrl-C in a draw while another draw never ends: ``python stopped.py FILE``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from detente.cli import main
from detente.ensemble.study import Study

calls = threading.Semaphore(6)
answer = Study.evaluate


def evaluate(study: Study, u: NDArray[np.float64]) -> Mapping[str, object]:
    """Answer six draws; in the seventh wait for the first part, stop the run, and never come back."""
    if not calls.acquire(blocking=False):
        while not list(Path("out").glob("part-*")):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait()
    return answer(study, u)


with patch.object(Study, "evaluate", evaluate):
    sys.argv = ["detente", "run", sys.argv[1], "--draws", "12", "--workers", "1", "--out", "out"]
    main()
