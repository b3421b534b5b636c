"""The command line: arguments in, text or JSON out, no logic of its own."""

from detente.cli.app import main

__all__ = ["main"]
