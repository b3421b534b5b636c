"""The theme: contrast as WCAG 2.2 AA asks, in light, dark and print, and colours that the colour-blind tell apart."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import detente.report

STYLES = Path(detente.report.__file__).parent / "templates/styles"
MODES = ("light", "dark", "paper")
GROUNDS = ("paper", "panel")
#: drawn, never read
RULES = frozenset({"line"})
#: linear RGB as seen without one kind of cone (Machado, Oliveira & Fernandes 2009, severity 1)
SIGHT = {
    "all cones": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def colours_of(mode: str) -> dict[str, str]:
    """Every colour of the theme by name, as the mode overlays them."""
    theme, page = ((STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("theme", "print"))
    light, dark = re.findall(r":root \{(.*?)\}", theme, re.DOTALL)
    (paper,) = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    layers = {"light": (light,), "dark": (light, dark), "paper": (light, paper)}[mode]
    found = [re.findall(r"--(\w+): (#[0-9a-f]{6}|#[0-9a-f]{3});", layer) for layer in layers]
    return {name: colour for layer in found for name, colour in layer}


def linear(colour: str) -> NDArray[np.float64]:
    """Linear RGB of ``#abc`` or ``#aabbcc``, shape (3,)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = np.array([int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* (D65) of linear RGB, shape (3,)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    scaled = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    root = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", MODES)
def test_text_stands_out_from_its_ground(mode: str) -> None:
    colours = colours_of(mode)
    styles = read_all_styles()
    used = set(re.findall(r"(?<![-\w])(?:color|fill|stroke): var\(--(\w+)\)", styles))
    # A name that a section gives to colours of the theme stands for these.
    lent = dict.fromkeys(re.findall(r"--(\w+): var\(--\w+\)", styles))
    used = used - lent.keys() | {other for name in lent for other in re.findall(rf"--{name}: var\(--(\w+)\)", styles)}
    assert {"ink", "soft", "link", "yes", "off", "no", "mixed", "mute", "model", "coin"} <= used | {"ink"}
    assert used <= colours.keys()
    for name in colours.keys() - {*GROUNDS, *RULES}:
        for ground in GROUNDS:
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def read_all_styles() -> str:
    """Every style of the page and of its sections."""
    files = [*STYLES.glob("*.css"), *(STYLES.parent / "sections").glob("*.css")]
    return "".join(file.read_text(encoding="utf-8") for file in files)


def test_every_colour_is_the_themes() -> None:
    own = re.sub(r":root \{.*?\}", "", read_all_styles(), flags=re.DOTALL)
    own = re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)
    # What charts carry is only looked for, to be replaced.
    own = re.sub(r"\[(?:fill|stroke)=\"#\w+\"\]", "", own)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*\})|\b(?:rgb|hsl)a?\(", own) == []
    assert "gradient" not in own
    assert "box-shadow" not in own


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sight", SIGHT)
def test_model_and_coin_toss_are_told_apart_by_everybody(mode: str, sight: str) -> None:
    colours = colours_of(mode)
    one, other = (lab(SIGHT[sight] @ linear(colours[name])) for name in ("model", "coin"))
    assert np.linalg.norm(one - other) > 30
