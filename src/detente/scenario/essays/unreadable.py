"""How the readers of essays say that a file cannot be read."""

from __future__ import annotations


class Unreadable(Exception):
    """The essay's file cannot be read: what is wrong with it, and the cure."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
