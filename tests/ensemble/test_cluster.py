"""A real scheduler with real workers: the same bits as here, whoever of them dies, comes late or is of another kind."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import Client

from detente import api
from detente.ensemble import cluster as module
from detente.ensemble.cluster import Cluster, connect
from detente.ensemble.design import draw_rows
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from detente.errors import QueryError, RunError
from ensemble.jobs import Waves, bits, part_names, with_before
from ensemble.machines import FREE, Machines, Watched, await_that, count_wanted, end_process, overflow_over_half

PLAN = Plan(seed=3, draws=24, block=3)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of another kind")


@pytest.fixture(scope="module", name="machines")
def start_machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("machines"))
    machines.hire()
    machines.hire()
    yield machines
    machines.close()


@pytest.fixture(name="own")
def start_own(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler of the test's own, without workers."""
    (tmp_path / "machines").mkdir()
    machines = Machines(tmp_path / "machines")
    yield machines
    machines.close()


@pytest.fixture(name="watched")
def make_watched(tmp_path: Path) -> Watched:
    (tmp_path / "notes").mkdir()
    return Watched(folder=tmp_path / "notes")


def first_entries(start: int, stop: int) -> list[float]:
    return draw_rows(PLAN.seed, start, stop, Waves().columns)[:, 0].tolist()


def await_workers(cluster: Cluster, number: int) -> None:
    await_that(lambda: cluster.threads == number)


def test_the_bits_are_those_of_a_local_run(machines: Machines, tmp_path: Path) -> None:
    with connect(machines.address) as cluster:
        for draws in (1, 40):
            spread = run(Waves(), Plan(seed=8, draws=draws), folder=tmp_path, executor=cluster)
            assert bits(spread) == bits(run(Waves(), Plan(seed=8, draws=draws))) == bits(load_run(tmp_path))


def test_a_case_with_the_api(machines: Machines, tmp_path: Path) -> None:
    scenario = api.load("north-korea-2017")
    said: list[tuple[int, int]] = []
    spread = api.run(
        scenario, draws=24, seed=5, folder=tmp_path, workers=machines.address, progress=lambda *at: said.append(at)
    )
    assert bits(spread) == bits(api.run(scenario, draws=24, seed=5))
    assert said[0] == (0, 24)
    assert said[-1] == (24, 24)
    assert len(said) > 3


def test_a_killed_worker_loses_nothing(own: Machines, watched: Watched, tmp_path: Path) -> None:
    crew = {own.hire(), own.hire()}
    victims: list[int] = []

    def kill_in_a_draw(done: int, draws: int) -> None:
        if done == 3:
            await_that(watched.waiting)
            victims.extend(watched.waiting()[:1])
            own.kill(victims[0])
            watched.let_go()

    with connect(own.address) as cluster:
        await_workers(cluster, 2)
        spread = run(watched, PLAN, folder=tmp_path / "run", executor=cluster, progress=kill_in_a_draw)
        assert cluster.threads == 1
    assert bits(spread) == bits(run(Waves(), PLAN)) == bits(load_run(tmp_path / "run"))
    rows = first_entries(0, 24)
    assert sorted(set(watched.visits())) == sorted(rows)
    (victim,), (other,) = victims, crew - set(victims)
    begun_twice = set(watched.visits(victim)) & set(watched.visits(other))
    assert begun_twice, "nobody died in a draw, so the test shows nothing"


def test_all_workers_die_and_another_one_goes_on(own: Machines, watched: Watched) -> None:
    """What only dead workers held, the job itself among it, comes again from the scheduler."""
    first = own.hire()

    def replace_in_a_draw(done: int, draws: int) -> None:
        if done == 3:
            await_that(watched.waiting)
            own.kill(first)
            own.hire()
            watched.let_go()

    with connect(own.address) as cluster:
        spread = run(watched, PLAN, executor=cluster, progress=replace_in_a_draw)
    assert bits(spread) == bits(run(Waves(), PLAN))
    assert len(watched.visits(first)) == FREE + 1


def _interrupt(done: int, draws: int) -> None:
    if done >= 6:
        raise KeyboardInterrupt


def test_a_local_half_goes_on_there_and_back_again(machines: Machines, tmp_path: Path, watched: Watched) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Waves(), replace(PLAN, workers=1), folder=tmp_path / "run", progress=_interrupt)
    half = part_names(tmp_path / "run")
    watched.let_go()
    with connect(machines.address) as cluster:
        whole = run(watched, PLAN, folder=tmp_path / "run", executor=cluster)
    assert bits(whole) == bits(run(Waves(), PLAN))
    assert set(half) < set(part_names(tmp_path / "run"))
    assert watched.visits() == sorted(first_entries(3 * len(half), 24))
    more = run(Waves(), replace(PLAN, draws=30), folder=tmp_path / "run")
    assert bits(more) == bits(run(Waves(), replace(PLAN, draws=30)))


def test_what_is_stopped_here_stops_there(machines: Machines, watched: Watched, tmp_path: Path) -> None:
    def interrupt_in_a_draw(done: int, draws: int) -> None:
        if done == 3:
            await_that(watched.waiting)
            raise KeyboardInterrupt

    with connect(machines.address) as cluster, Client(machines.address, set_as_default=False) as observer:
        with pytest.raises(KeyboardInterrupt):
            run(watched, PLAN, folder=tmp_path / "run", executor=cluster, progress=interrupt_in_a_draw)
        await_that(lambda: not any(observer.run(count_wanted).values()))
        begun = watched.visits()
        watched.let_go()
        again = run(Waves(), PLAN, executor=cluster)  # after the draws that were under way
    assert bits(again) == bits(run(Waves(), PLAN))
    assert len(part_names(tmp_path / "run")) == 1
    assert watched.visits() == begun, "a worker went on with a block that nobody wanted"


def test_the_job_travels_once(machines: Machines) -> None:
    """Everything after it is small, or a million draws would send it a thousand times."""
    packed: list[int] = []

    class Heavy(Waves):
        def __reduce__(self) -> tuple[type[Waves], tuple[()]]:
            packed.append(1)
            return Waves, ()

    with connect(machines.address) as cluster:
        spread = run(Heavy(), Plan(seed=0, draws=40, block=2), executor=cluster)
    assert bits(spread) == bits(run(Waves(), Plan(seed=0, draws=40)))
    assert len(packed) == 1


def test_a_large_job_is_no_reason_to_warn(machines: Machines) -> None:
    heavy = replace(Waves(), method={"long": np.random.default_rng(0).bytes(12_000_000).hex()})
    with connect(machines.address) as cluster:
        assert run(heavy, PLAN, executor=cluster).draws == 24


def test_few_blocks_are_under_way_at_a_time(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[int] = []
    submitted = [0]
    submit = Cluster.submit

    def count(cluster: Cluster, *args: object) -> object:
        submitted[0] += 1
        return submit(cluster, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Cluster, "submit", count)
    with connect(machines.address) as cluster:
        await_workers(cluster, 2)
        run(
            Waves(),
            Plan(seed=0, draws=100, block=1),
            executor=cluster,
            progress=lambda done, draws: waiting.append(submitted[0] - done),
        )
    assert submitted[0] == 100
    assert 1 < max(waiting) <= 4


def test_a_draw_that_fails_is_named(machines: Machines) -> None:
    with connect(machines.address) as cluster:
        with pytest.raises(RunError, match=r"^draw \d+ of seed 3 failed: the exponent is too large\. No draw is left"):
            run(with_before(Waves(), overflow_over_half), PLAN, executor=cluster)
        assert run(Waves(), PLAN, executor=cluster).draws == 24


def test_no_address() -> None:
    for text in ("", "10.0.0.1", "10.0.0.1:8786", "tcp://10.0.0.1", "http://a:80", "tcp://a:99999", "tcp://a b:1"):
        with pytest.raises(QueryError) as caught, connect(text):
            pass
        assert str(caught.value) == (
            f"--cluster  '{text}' is no address of a Dask scheduler. Write tcp://HOST:PORT, or tls://HOST:PORT."
        )


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError) as caught, connect("tcp://127.0.0.1:8786"):
        pass
    assert str(caught.value) == (
        "--cluster needs the package distributed, which is not installed. "
        "Install it with: pip install 'detente[cluster]'"
    )


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(RunError) as caught, connect(address):
            pass
    assert str(caught.value).startswith(f"{address}: no scheduler can be reached: Timed out trying to connect to ")
    assert str(caught.value).endswith(". Start one with: dask scheduler")


def test_no_workers(own: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 3.0)
    with pytest.raises(RunError) as caught, connect(own.address):
        pass
    assert str(caught.value) == (
        f"{own.address}: the scheduler has no workers after 3 s. Start some with: dask worker {own.address}"
    )


def make_other_numpy(folder: Path) -> Path:
    """A folder which says, to whoever looks there first, that numpy is version 1.0."""
    (folder / "numpy-1.0.dist-info").mkdir(parents=True)
    (folder / "numpy-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n")
    return folder


CURE = "Numbers would not be the same; install the same versions on every worker as here."


@pytest.mark.filterwarnings("ignore::distributed.versions.VersionMismatchWarning")  # Dask looks at some of them too
def test_a_worker_with_other_versions_is_refused(own: Machines, tmp_path: Path) -> None:
    own.hire(make_other_numpy(tmp_path / "other"))
    with pytest.raises(RunError) as caught, connect(own.address):
        pass
    said = re.fullmatch(
        rf"{own.address}: worker tcp://[\d.:]+ is another installation: (.*)\. {CURE}", str(caught.value)
    )
    assert said
    assert said[1] == f"numpy is {np.__version__} here and 1.0 there"


def test_a_worker_that_comes_later_with_other_versions_is_refused(own: Machines, tmp_path: Path) -> None:
    first = own.hire()
    with connect(own.address) as cluster:
        await_workers(cluster, 1)
        own.hire(make_other_numpy(tmp_path / "other"))
        await_workers(cluster, 2)
        own.kill(first)
        with pytest.raises(RunError, match=rf"^worker tcp://.* is another installation: numpy is .* there\. {CURE}$"):
            run(Waves(), PLAN, executor=cluster)


def test_a_worker_without_us_is_refused(own: Machines, tmp_path: Path) -> None:
    (tmp_path / "other/detente").mkdir(parents=True)
    (tmp_path / "other/detente/__init__.py").touch()
    own.hire(tmp_path / "other")
    said = rf"is another installation: detente cannot be loaded there: .*'detente\.ensemble'.*\. {CURE}$"
    with pytest.raises(RunError, match=said), connect(own.address):
        pass


def test_a_job_that_the_workers_do_not_know(machines: Machines) -> None:
    class Unknown(Waves):
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return __import__, ("nowhere",)

    said = rf"a worker is another installation: it has no module nowhere\. {CURE}$"
    with pytest.raises(RunError, match=said), connect(machines.address) as cluster:
        run(Unknown(), PLAN, executor=cluster)


KEPT = "What is done is kept in the run's folder, if it has one: the same command goes on from there."


def test_the_scheduler_goes_away(own: Machines, watched: Watched, tmp_path: Path) -> None:
    own.hire()

    def kill_in_a_draw(done: int, draws: int) -> None:
        if done == 3:
            await_that(watched.waiting)
            own.kill(own.scheduler)

    with pytest.raises(RunError) as caught, connect(own.address) as cluster:
        run(watched, PLAN, folder=tmp_path / "run", executor=cluster, progress=kill_in_a_draw)
    assert str(caught.value) == f"{own.address}: the scheduler does not answer any more. {KEPT}"
    assert len(part_names(tmp_path / "run")) == 1
    assert bits(run(Waves(), PLAN, folder=tmp_path / "run")) == bits(run(Waves(), PLAN))


def test_a_block_that_ends_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    machines = Machines(tmp_path)
    try:
        for _ in range(3):
            machines.hire()
        with pytest.raises(RunError) as caught, connect(machines.address) as cluster:
            run(with_before(Waves(), end_process), Plan(seed=0, draws=1), executor=cluster)
    finally:
        machines.close()
    assert str(caught.value) == (
        f"{machines.address}: one block ended every worker that tried it (2), most likely for want of memory. "
        f"Give the workers more memory or fewer threads. {KEPT}"
    )


@pytest.mark.skipif(not shutil.which("openssl"), reason="nothing here makes certificates")
def test_an_encrypted_connection(tmp_path: Path) -> None:
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "key", "-out", "cert"]
    subprocess.run([*make, *subject], check=True, capture_output=True, cwd=tmp_path)
    certificate, key = str(tmp_path / "cert"), str(tmp_path / "key")
    options = ("--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key)
    machines = Machines(tmp_path, *options, scheme="tls")
    try:
        machines.hire()
        assert machines.address.startswith("tls://")
        said = r"^tls://.*: tls needs certificates, and Dask's configuration names none\."
        with pytest.raises(RunError, match=said), connect(machines.address):
            pass
        told = {"ca-file": certificate, "client.cert": certificate, "client.key": key}
        settings = {f"distributed.comm.tls.{name}": value for name, value in told.items()}
        with dask.config.set(settings), connect(machines.address) as cluster:
            assert bits(run(Waves(), PLAN, executor=cluster)) == bits(run(Waves(), PLAN))
    finally:
        machines.close()
