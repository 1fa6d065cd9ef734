"""The lock that a server process itself holds on its data for as long as any part of it lives."""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

from infrastructure.embedded.child_process import ChildProcess


class ServerLock:
    """A locked file whose descriptor the server inherits.

    The system frees it when the server's last process ends, never sooner: it cannot go stale, nor be fooled
    by a process number in use again. Finding it taken means that a server has outlived its parent.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError("the lock is not held")
        return self._descriptor

    def acquire(self, stop_signal: signal.Signals, grace_s: float) -> None:
        """Take the lock; an orphan that holds it is asked to stop, and killed after the grace period."""
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        free = self._is_free() or self._is_free_after(stop_signal, grace_s)
        if not free and not self._is_free_after(signal.SIGKILL, grace_s):
            self.release()
            msg = f"another process keeps {self._path} locked"
            raise TimeoutError(msg)
        os.ftruncate(self._descriptor, 0)

    def hand_over(self, server: ChildProcess) -> None:
        """From now on the server, which has inherited the descriptor, is the only holder."""
        os.pwrite(self.descriptor, str(server.pid).encode(), 0)
        self.release()

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_free(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _is_free_after(self, number: signal.Signals, timeout_s: float) -> bool:
        self._signal_orphan(number)
        deadline = time.monotonic() + timeout_s
        while not self._is_free():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _signal_orphan(self, number: signal.Signals) -> None:
        recorded = os.pread(self.descriptor, 20, 0)
        if recorded.isdigit():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(recorded), number)
