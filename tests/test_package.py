"""The package as a whole: what it exports, what importing it costs, what it may not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import detente

HEAVY = ("numba", "duckdb", "vl_convert", "scipy.stats", "jinja2", "dask", "distributed")
SOURCE = Path(detente.__file__).parent


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_every_exported_name_resolves_and_is_listed() -> None:
    assert list(detente.__all__) == sorted(detente.__all__)
    for name in detente.__all__:
        assert getattr(detente, name).__module__.startswith("detente.")
    assert set(detente.__all__) <= set(dir(detente))


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(detente, "predict_everything")


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import detente").intersection((*HEAVY, "numpy"))


def test_reading_and_compiling_a_case_loads_no_solver_or_store() -> None:
    modules = loaded_by("import detente; detente.compile(detente.load('korea-2024'))")
    assert not modules.intersection(HEAVY)


def test_compiled_code_lives_in_one_file() -> None:
    # numba's disk cache does not notice an edited callee in another file
    users = [path.name for path in SOURCE.rglob("*.py") if "numba" in _imports(path)]
    assert users == ["kernels.py"]


def test_each_heavy_library_has_one_home() -> None:
    homes = {
        "dask": "ensemble/cluster.py",
        "distributed": "ensemble/cluster.py",
        "duckdb": "ensemble/store.py",
        "jinja2": "report/page.py",
        "vl_convert": "report/charts/frame.py",
    }
    for library, home in homes.items():
        users = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if library in _imports(path)}
        assert users == {home}, library
    readers = {path.parent.name for path in SOURCE.rglob("*.py") if "ruamel" in _imports(path)}
    assert readers == {"scenario"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
