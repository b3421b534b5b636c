"""How a case was computed, in formulas and words, as data: the page, the manuscript and the Word file show the same."""
