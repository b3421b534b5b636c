"""Bargaining over continuous issues: the published models, one a file, on one table of positions and weights."""
