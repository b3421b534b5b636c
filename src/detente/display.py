"""How a result shows itself without knowing who draws it.

Results lie on lower floors than what makes pictures of them. They inherit the two bases here; the package says, once
and by a function that loads nothing before it is called, who the :class:`Gallery` is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Protocol


class Picture(Protocol):
    """A chart, as a result hands it out; :class:`detente.report.charts.picture.Chart` is it."""

    @property
    def spec(self) -> dict[str, Any]:
        """Its Vega-Lite specification."""

    @property
    def alt(self) -> str:
        """What it shows, in words."""

    def svg(self, dark: bool = False) -> str:
        """It as an SVG document."""

    def save(self, path: str | Path, dark: bool = False, scale: float = 2.0) -> Path:
        """Write it as the file's suffix says."""

    def to_dict(self) -> dict[str, Any]:
        """Its specification, in plain types."""


class Gallery(Protocol):
    """Who makes pictures and tables of results."""

    def draw(self, result: object) -> Picture:
        """The chart of a result. Raises QueryError when there is nothing to draw in it."""

    def bundle(self, result: object) -> dict[str, Any]:
        """What a notebook shows of it, by kind of content."""


_find: Callable[[], Gallery] | None = None


def register(find: Callable[[], Gallery]) -> None:
    """Say where the gallery is found; ``find`` is called when a result is first shown."""
    global _find  # noqa: PLW0603 - set once, when the package is imported
    _find = find


def _gallery() -> Gallery:
    assert _find is not None, "the package registers a gallery when it is imported"
    return _find()


class Displayed:
    """A result that a notebook shows as a table."""

    __slots__ = ()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Text, and tables as HTML with the chart where there is one."""
        return choose(_gallery().bundle(self), include, exclude)


class Drawn(Displayed):
    """A result with a chart."""

    __slots__ = ()

    def chart(self) -> Picture:
        """Its chart. Raises QueryError when there is nothing to draw in it."""
        return _gallery().draw(self)


def choose(
    bundle: Mapping[str, Any], include: Collection[str] | None, exclude: Collection[str] | None
) -> dict[str, Any]:
    """The kinds of content asked for, as IPython asks."""
    wanted = bundle if include is None else {kind for kind in bundle if kind in include}
    return {kind: bundle[kind] for kind in wanted if kind not in (exclude or ())}
