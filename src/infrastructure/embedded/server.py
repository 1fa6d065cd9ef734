"""What the embedded servers have in common: one data folder, one server process, no orphans."""

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from infrastructure.embedded.account import Account
from infrastructure.embedded.child_process import ChildProcess
from infrastructure.embedded.server_lock import ServerLock
from infrastructure.embedded.sockets import SocketFolder


class ServerFailedError(RuntimeError):
    """An embedded server did not start; the message ends with what it wrote."""

    def __init__(self, name: str, reason: str, log_file: Path) -> None:
        last_lines = log_file.read_text(errors="replace").splitlines()[-20:]
        super().__init__("\n".join([f"{name} {reason}; the end of {log_file}:", *last_lines]))


class EmbeddedServer(ABC):
    """A server from a wheel, listening on a Unix socket only, its data in a folder of its own.

    The caller sees to it that one process at a time uses the folder: a server that still runs on it is taken
    for the orphan of a killed process and stopped.
    """

    name: str
    _stop_signal = signal.SIGTERM
    _socket_name: str
    _start_within_s = 60.0
    _grace_s = 15.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._log_file = self._folder / "server.log"
        # Beside the folder, so that an orphan is still noticed when somebody has removed the folder under it.
        self._lock = ServerLock(self._folder.with_name(f"{self._folder.name}.lock"))
        self._sockets = SocketFolder(self._folder, self._socket_name)
        self._socket_folder: Path | None = None
        self._process: ChildProcess | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def socket_folder(self) -> Path:
        if self._socket_folder is None:
            msg = f"{self.name} has not been started"
            raise RuntimeError(msg)
        return self._socket_folder

    def start(self) -> None:
        """Return when the server answers.

        Raises ServerFailedError, and TimeoutError when an orphan will not go.
        """
        if self._process is not None:
            msg = f"{self.name} has been started already"
            raise RuntimeError(msg)
        account = self._account()
        self._folder.mkdir(mode=0o700 if account is None else 0o711, parents=True, exist_ok=True)
        self._lock.acquire(self._stop_signal, self._grace_s)
        try:
            self._prepare(account)
            self._socket_folder = self._sockets.open(account)
            self._process = self._spawn(self._command(self._socket_folder), account)
            self._lock.hand_over(self._process)
        finally:
            self._lock.release()
        try:
            self._await_answer()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server; without effect when it does not run."""
        if self._process is not None:
            self._process.stop()
            self._process = None
            self._sockets.close()
            self._socket_folder = None

    def poll(self) -> int | None:
        """The exit status of a server that has ended unasked; None while it runs."""
        return self._running().poll()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _account(self) -> Account | None:
        """The account that the server runs as; None for our own."""
        return None

    def _environment(self) -> dict[str, str] | None:
        """The whole environment of the server; None for our own."""
        return None

    def _prepare(self, account: Account | None) -> None:
        """Make the folder fit for the server, which is known not to run."""
        self._log_file.write_bytes(b"")

    @abstractmethod
    def _command(self, socket_folder: Path) -> Sequence[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _running(self) -> ChildProcess:
        if self._process is None:
            msg = f"{self.name} has not been started"
            raise RuntimeError(msg)
        return self._process

    def _spawn(self, argv: Sequence[str | Path], account: Account | None) -> ChildProcess:
        with self._log_file.open("ab") as output:
            return ChildProcess(
                self.name,
                [str(word) for word in argv],
                stop_signal=self._stop_signal,
                grace_s=self._grace_s,
                env=self._environment(),
                folder=self._folder,
                output=output,
                account=account,
                keep_open=[self._lock.descriptor],
            )

    def _await_answer(self) -> None:
        deadline = time.monotonic() + self._start_within_s
        while not self._answers():
            status = self.poll()
            late = time.monotonic() > deadline
            if status is not None or late:
                reason = "did not answer in time" if status is None else f"ended with status {status}"
                raise ServerFailedError(self.name, reason, self._log_file)
            time.sleep(0.01)


def wheel_folder(package: str) -> Path:
    """Where `package` is installed, found without importing it: its Python side is slow and not needed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        msg = f"the package {package} is not installed"
        raise ModuleNotFoundError(msg)
    return Path(spec.submodule_search_locations[0])
