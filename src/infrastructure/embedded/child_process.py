"""Child processes that do not outlive the process that started them, whatever ends it."""

import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from infrastructure.embedded.account import Account

log = logging.getLogger(__name__)

# The parent holds the other end of the watchdog's standard input, so `read` returns when the parent is gone,
# even by SIGKILL. Unlike Linux's parent-death signal this works on every Unix and from any thread.
_WATCHDOG = """
read -r _
kill -s "$2" "$1"
tenths=$3
while [ "$tenths" -gt 0 ] && kill -s 0 "$1"; do sleep 0.1; tenths=$((tenths - 1)); done
kill -s KILL -- "-$1"
"""


class ChildProcess:
    """A running child, leader of a session of its own, so that the terminal's Ctrl-C reaches only the parent.

    Ends by `stop()`. Should the parent die without it, a watchdog asks the child to stop and kills its whole
    process group after the grace period.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace_s: float = 10.0,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        output: IO[bytes] | None = None,
        account: Account | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Start `argv` in `folder` as `account` (default: us), with the environment `env` (default: ours).

        `output` receives both output streams (default: ours); `keep_open` are file descriptors to inherit.
        Raises OSError when the program cannot be started.
        """
        self.name = name
        self._stop_signal = stop_signal
        self._grace_s = grace_s
        self._process = subprocess.Popen(  # noqa: S603 - running what the caller names is the purpose
            argv,
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            pass_fds=keep_open,
            start_new_session=True,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else (),
        )
        self._watchdog = self._start_watchdog()
        self._stopped = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while running."""
        return self._process.poll()

    def wait(self) -> int:
        """The exit status, once there is one."""
        return self._process.wait()

    def stop(self) -> int:
        """Ask the child to stop, kill it after the grace period; the exit status.

        What it has started and left behind in its process group is killed as well.
        """
        if not self._stopped:
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(self._grace_s)
            except subprocess.TimeoutExpired:
                log.warning("%s did not stop within %g s and is killed", self.name, self._grace_s)
            self.kill()
            self._process.wait()
            self._stopped = True
            self._dismiss_watchdog()
        return self._process.wait()

    def kill(self) -> None:
        """Kill the child's process group without waiting for its end: safe in a signal handler."""
        # PermissionError is how macOS says that only dead processes are left in the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if not self._stopped:
                os.killpg(self.pid, signal.SIGKILL)

    def _start_watchdog(self) -> subprocess.Popen[bytes]:
        signal_name = self._stop_signal.name.removeprefix("SIG")
        tenths = round(self._grace_s * 10)
        return subprocess.Popen(  # noqa: S603 - a fixed script, given numbers and a signal name
            ["/bin/sh", "-c", _WATCHDOG, "watchdog", str(self.pid), signal_name, str(tenths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _dismiss_watchdog(self) -> None:
        self._watchdog.kill()
        self._watchdog.communicate()
