"""run --cluster: the same findings from the workers of a scheduler, and what it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Tell
from ensemble.machines import PATHS, Machines, await_that

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of another kind")


@pytest.fixture(scope="module", name="machines")
def start_machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("machines"))
    machines.hire()
    yield machines
    machines.close()


def test_run_on_a_cluster_gives_the_findings_of_a_local_run(tell: Tell, small: Path, machines: Machines) -> None:
    said = tell(f"run {small.name} --draws 12 --out there --cluster {machines.address} --json")
    here = tell(f"run {small.name} --draws 12 --out here --since none --json")
    assert {**said.document, "folder": "", "report": ""} == {**here.document, "folder": "", "report": ""}
    lines = said.err.splitlines()
    assert lines[0] == f"Who falls silent: 12 draws, seed 0, the cluster at {machines.address}, kept in there"
    assert lines[1].startswith("draws: 0 of 12 (")
    assert lines[-1].startswith("draws: 12 of 12 (")
    assert tell("claims there").code == 0


def test_a_run_is_extended_elsewhere(tell: Tell, small: Path, machines: Machines) -> None:
    tell(f"run {small.name} --draws 5 --out out")
    said = tell(f"run {small.name} --draws 9 --out out --cluster {machines.address}")
    assert said.code == 0
    assert "draws: 5 of 9 (" in said.err


def test_ctrl_c_leaves_the_cluster_at_once(tell: Tell, small: Path, machines: Machines) -> None:
    """So many draws that they would not end for a quarter of an hour; those done are kept."""
    script = "from detente.cli import main; main()"
    command = [sys.executable, "-c", script, "run", small.name, "--draws", "1000000", "--out", "out"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(PATHS)}
    with subprocess.Popen(
        [*command, "--cluster", machines.address], stderr=subprocess.PIPE, text=True, env=environment, cwd=small.parent
    ) as child:
        await_that(lambda: list(Path("out").glob("part-*")) or child.poll() is not None)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate()
    assert child.returncode == 130, said
    assert said.splitlines()[-2:] == [
        "What is done is kept in out; the same command goes on from there.",
        "Stopped.",
    ]
    assert "Traceback" not in said
    assert tell(f"run {small.name} --draws 4 --out other --cluster {machines.address}").code == 0


def test_workers_are_not_for_a_cluster(tell: Tell, small: Path) -> None:
    said = tell(f"run {small.name} --workers 2 --cluster tcp://127.0.0.1:8786")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "--cluster  A cluster computes with the workers it has, and --workers is for this machine. "
        "Leave one of them out.\n"
    )


@pytest.mark.parametrize("address", ["", "10.0.0.1:8786"])
def test_no_address(tell: Tell, small: Path, address: str) -> None:
    said = tell(f"run {small.name} --cluster '{address}'")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1] == (
        f"--cluster  '{address}' is no address of a Dask scheduler. Write tcp://HOST:PORT, or tls://HOST:PORT."
    )


def test_dask_is_not_installed(tell: Tell, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = tell(f"run {small.name} --cluster tcp://127.0.0.1:8786")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1] == (
        "--cluster needs the package distributed, which is not installed. "
        "Install it with: pip install 'detente[cluster]'"
    )
