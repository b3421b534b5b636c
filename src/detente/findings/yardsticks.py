"""What a claim's numbers are held against: a word's band, a comparison, a word off the scale, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.precision import error_of_share
from detente.findings.findings import Band, Shares, Verdict
from detente.scenario.model import Word
from detente.scenario.words import verdict_band

#: a comparison holds from this share of draws, fails under the other, is contested between
HOLDS, FAILS = 2 / 3, 1 / 3
#: a word off the scale is excluded when P is under LITTLE in MOST draws, understated when the mean is over MUCH
LITTLE, MUCH, MOST = 0.05, 0.55, 0.80
#: share of draws that must give the same verdict for it to be called robust
ROBUST = 0.80


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How values over draws become a verdict; values are never NaN here and there is at least one.

    ``weights`` say how much each draw counts; None when they count alike.
    """

    kind: Literal["band", "comparison", "effect", "off scale", "none"]
    band: Band | None = None
    #: of an effect: the least mean difference
    by: float = 0.0

    def answers(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is averaged over draws: of an effect whether it has the sign claimed, of anything else the values."""
        return np.asarray(values > 0, dtype=np.float64) if self.kind == "effect" else values

    def codes(self, values: NDArray[np.float64]) -> NDArray[np.int8]:
        """Each draw's own verdict: -1 below (false, excluded), 0 inside, 1 above (true, understated)."""
        if self.kind == "comparison":
            return np.where(values >= 0.5, 1, -1).astype(np.int8)
        if self.kind == "effect":
            return np.where(values >= self.by, 1, -1).astype(np.int8)
        if self.kind == "off scale":
            return np.where(values < LITTLE, -1, np.where(values > MUCH, 1, 0)).astype(np.int8)
        if self.band is None:
            return np.zeros(len(values), dtype=np.int8)
        # Half-open bands; only the highest word of a scale includes its upper end.
        above = (values >= self.band.ceiling) & (self.band.ceiling < 1)
        return np.where(values < self.band.floor, -1, np.where(above, 1, 0)).astype(np.int8)

    def verdict(self, values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Verdict:
        """The verdict over all draws, from their mean."""
        mean = float(np.average(values, weights=weights))
        if self.kind == "comparison":
            return "holds" if mean >= HOLDS else "fails" if mean < FAILS else "contested"
        if self.kind == "effect":
            share = float(np.average(values > 0, weights=weights))
            large = mean >= self.by
            return "holds" if share >= HOLDS and large else "contested" if FAILS <= share < HOLDS else "fails"
        if self.kind == "off scale":
            if float(np.average(values < LITTLE, weights=weights)) >= MOST:
                return "excluded"
            return "understated" if mean > MUCH else "open"
        if self.kind == "none":
            return "no word"
        code = int(self.codes(np.array([mean]))[0])
        return "lower" if code < 0 else "higher" if code > 0 else "supported"

    def agreement(
        self, values: NDArray[np.float64], verdict: Verdict, weights: NDArray[np.float64] | None = None
    ) -> float:
        """Share of draws whose own verdict is the given one; no draw by itself is contested."""
        agrees = self.codes(values) == self.code(verdict)
        return 0.0 if verdict == "contested" else float(np.average(agrees, weights=weights))

    def code(self, verdict: Verdict) -> int:
        """The code of draws that give a verdict by themselves; what is contested is taken as claimed."""
        return {"lower": -1, "fails": -1, "excluded": -1, "supported": 0, "open": 0}.get(verdict, 1)

    def shares(self, values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Shares | None:
        """Shares of draws below, inside and above the band; None without one."""
        if self.kind != "band":
            return None
        codes = self.codes(values)
        shares = [float(np.average(codes == code, weights=weights)) for code in (-1, 0, 1)]
        return Shares(*shares, *(error_of_share(share, len(values)) for share in shares))


def band_of(word: Word, scale: Sequence[Word]) -> Band:
    """A word's band, as printed and as verdicts use it."""
    return Band(word.word, word.low, word.high, *verdict_band(word, scale))
