"""The ``detente`` command: which commands there are, and how every end is told.

Exit codes: 0 done, 1 failed, 2 bad input (a scenario, a query, an option, a size), 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

from detente import __version__
from detente.cli import (
    analyses,
    backtests,
    bargains,
    cases,
    contrasts,
    counsel,
    drafts,
    exports,
    folders,
    inversions,
    reasons,
    records,
    runs,
    screen,
    sensitivities,
    stability,
    updates,
)
from detente.errors import DetenteError, RunError
from detente.report import signs

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130

app = App(
    name="detente",
    help="Turn a written strategic assessment into a model and test every claim in it.\n\n"
    "Example: detente run korea-2024",
    help_format="plaintext",
    version=__version__,
    default_parameter=Parameter(negative=()),
    suppress_keyboard_interrupt=False,
)
#: in the order of the help
COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("run", runs.run),
    ("claims", runs.claims),
    ("drivers", sensitivities.drivers),
    ("policies", counsel.policies),
    ("update", updates.update),
    ("record", records.record),
    ("seal", records.seal),
    ("compare", contrasts.compare),
    ("runs", folders.list_runs),
    ("verify", folders.verify),
    ("forecast", analyses.forecast),
    ("bargain", bargains.bargain),
    ("backtest", backtests.backtest),
    ("stability", stability.stability),
    ("explain", reasons.explain),
    ("paths", reasons.paths),
    ("influence", reasons.influence),
    ("inverse", inversions.inverse),
    ("check", cases.check),
    ("new", drafts.new),
    ("cases", cases.list_bundled),
    ("schema", cases.schema),
    ("import", exports.bring_in),
    ("export", exports.export),
)
for place, (name, command) in enumerate(COMMANDS):
    app.command(App(name=name, default_command=command, sort_key=place))


def main() -> None:
    """Entry point of the ``detente`` script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without the signs we print gets others, no traceback
            stream.reconfigure(errors=signs.HANDLER)
    try:
        code = obey(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has had enough, as in: detente cases | head -1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except KeyboardInterrupt:
        _leave()
    sys.exit(code)


def obey(tokens: Sequence[str]) -> int:
    """Do what the arguments say and answer the exit code. KeyboardInterrupt and BrokenPipeError pass."""
    try:
        app(list(tokens), exit_on_error=False, print_error=False, result_action="return_none")
    except UnusedCliTokensError as error:
        screen.complain(f"There is no place for '{' '.join(error.unused_tokens or ())}'. Help: detente -h")
        return BAD_INPUT
    except CycloptsError as error:
        screen.complain(f"{str(error).strip()} Help: detente -h")
        return BAD_INPUT
    except RunError as error:
        screen.complain(str(error))
        return FAILED
    except DetenteError as error:
        screen.complain(str(error))
        return BAD_INPUT
    except MemoryError:
        screen.complain("There is not enough memory for this. See what it needs with: detente check CASE")
        return FAILED
    return DONE


def _leave() -> NoReturn:
    """End at once: threads may still be inside a draw, and a plain exit would wait for them."""
    screen.complain("Stopped.")
    sys.stdout.flush()
    os._exit(STOPPED)
