"""Settings for every test: no test depends on a clock, and a law is tried on the same cases every time."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(scope="session")
def korea(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which ``detente run korea-2024`` was called, shared by all workers. Only read it."""
    from detente import api
    from detente.cli.runs import default_folder

    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "korea"
    home.mkdir(exist_ok=True)
    scenario = api.load("korea-2024")
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second finds the draws there
        api.run(scenario, folder=home / default_folder(scenario, api.SEED), workers=2)
    return home
