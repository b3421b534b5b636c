"""One writer per run folder, by a lock that the operating system lets go when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from platform import node
from types import TracebackType

from detente.errors import RunError

if sys.platform == "win32":
    import msvcrt

    def _seize(descriptor: int) -> None:
        os.lseek(descriptor, 2**30, os.SEEK_SET)  # far behind the text, which others must be able to read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _let_go(descriptor: int) -> None:
        os.lseek(descriptor, 2**30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _seize(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _let_go(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


LOCK = ".lock"


class Lock:
    """A context in which no other run, of this process or another, writes into ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1

    def __enter__(self) -> Lock:
        """Take the lock. Raises RunError when a run holds it, or when the folder cannot be written."""
        path = self._folder / LOCK
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as problem:
            raise RunError(f"{self._folder}: nothing can be written here: {problem.strerror}.") from None
        try:
            _seize(self._descriptor)
        except (BlockingIOError, PermissionError):
            holder = os.read(self._descriptor, 200).decode(errors="replace").strip() or "unknown"
            self._close()
            raise RunError(
                f"{self._folder}: another run is writing here ({holder}). Wait for it, stop it, or use another folder."
            ) from None
        except OSError as problem:
            self._close()
            raise RunError(
                f"{self._folder}: this file system keeps no locks ({problem.strerror}). Use a folder on a local disk."
            ) from None
        with suppress(OSError):  # on a full disk the lock holds all the same, and names nobody
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"process {os.getpid()} on {node()}\n".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The file stays: deleting it could pull the lock from under a run that has just opened it.
        _let_go(self._descriptor)
        self._close()

    def _close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1


def is_locked(folder: Path) -> bool:
    """Whether a run is writing into ``folder`` right now."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    except OSError:
        return False
    try:
        _seize(descriptor)
        _let_go(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
