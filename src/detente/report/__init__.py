"""Findings as sentences, charts, one HTML page and one terminal screen."""
