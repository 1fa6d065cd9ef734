"""The unprivileged account that PostgreSQL, which refuses to run as root, gets when we are root."""

import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

ACCOUNT_NAME = "imoran-postgres"


class NoAccountError(RuntimeError):
    """We are root, and no unprivileged account can be made."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def unprivileged_account() -> Account | None:
    """The account to switch to, made on first use; None when we are an ordinary user.

    Raises NoAccountError.
    """
    if os.geteuid() != 0:
        return None
    return _existing_account() or _new_account()


def let_others_reach(path: Path) -> None:
    """Let every account pass through, not list, the folders above `path`; logs each change."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            log.warning("made %s passable for other accounts, so that %s can reach %s", folder, ACCOUNT_NAME, path)


def let_others_read(folder: Path) -> None:
    """Let every account read and run what `folder` holds, private under a strict umask."""
    for path in _tree(folder):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & stat.S_IXUSR:
            path.chmod(mode | stat.S_IROTH | stat.S_IXOTH)
        else:
            path.chmod(mode | stat.S_IROTH)


def _tree(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.rglob("*")


def _existing_account() -> Account | None:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _new_account() -> Account:
    useradd = shutil.which("useradd", path=os.defpath + ":/usr/sbin:/sbin")
    if useradd is None:
        raise NoAccountError(
            "PostgreSQL refuses to run as root, and there is no useradd to make it an account of its own: "
            "run as an ordinary user, or give DATABASE_URL"
        )
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    result = subprocess.run(  # noqa: S603 - fixed arguments
        [useradd, *options, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # Another process may have been quicker with the same name, which useradd reports as a failure.
    account = _existing_account()
    if account is None:
        msg = f"useradd could not make the account {ACCOUNT_NAME}: {result.stderr.strip()}"
        raise NoAccountError(msg)
    return account
