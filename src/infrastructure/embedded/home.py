"""The folder in which `imoran dev` keeps everything: data, pictures, generated secrets."""

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

DEFAULT_PATH = Path(".imoran")
_LOCK_NAME = "imoran.lock"


class HomeUnusableError(RuntimeError):
    """The data folder cannot be used; the message says why and what to do."""


class HomeInUseError(HomeUnusableError):
    """Another process runs with this data folder."""

    def __init__(self, pid: str) -> None:
        super().__init__(f"Imoran already runs with this data folder (pid {pid})")


class Home:
    """The data folder. Everything below needs `locked()` around it."""

    def __init__(self, path: Path = DEFAULT_PATH) -> None:
        self.path = path.absolute()
        self._lock_file = self.path / _LOCK_NAME

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if need be and keep every other process out of it.

        The system frees the lock when this process ends, however it ends.
        Raises HomeInUseError, HomeUnusableError.
        """
        try:
            descriptor = self._open_lock_file()
        except PermissionError as error:
            message = f"{self.path} belongs to another account: give IMORAN_HOME another place"
            raise HomeUnusableError(message) from error
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def folder(self, name: str) -> Path:
        """A sub folder that only we may enter, made on first use."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """A random secret of 384 bits, made once and then kept in a file that only we may read."""
        path = self.path / name
        if not path.exists():
            # Under another name first: an interrupted write must not leave half a secret for ever.
            unfinished = path.with_suffix(".unfinished")
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_urlsafe(48))
            unfinished.rename(path)
        return path.read_text()

    def secret_key(self) -> str:
        return self.secret("secret_key")

    def fresh(self) -> None:
        """Start over: remove everything that the folder holds but the locks, by which orphans are found."""
        for entry in self.path.iterdir():
            if entry.suffix == ".lock":
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _open_lock_file(self) -> int:
        # Passable for PostgreSQL's own account, but not listable; what it holds is private each by itself.
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        # `fresh()` empties the folder, so it must not be somebody's documents.
        if not self._lock_file.exists() and any(self.path.iterdir()):
            msg = f"{self.path} holds other files: give IMORAN_HOME an empty or a new folder"
            raise HomeUnusableError(msg)
        return os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeInUseError(os.pread(descriptor, 20, 0).decode()) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
