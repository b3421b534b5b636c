"""Solvers: each sees a game, never a scenario."""
