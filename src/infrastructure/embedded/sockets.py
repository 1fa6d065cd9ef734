"""A private folder for Unix sockets whose path is short and plain enough for every server and client."""

import re
import shutil
import tempfile
from pathlib import Path

from infrastructure.embedded.account import Account

# sun_path holds 104 bytes with the final zero on macOS, 108 on Linux.
LONGEST_PATH = 103
# No comma (a list of hosts), percent sign (an escape) or blank, so that the path means the same in every URL.
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")


class SocketFolder:
    """`folder/sockets`: a folder where that path serves, otherwise a link to a temporary folder.

    The link is what lets the next start remove a temporary folder that a killed process has left behind.
    """

    def __init__(self, folder: Path, socket_name: str) -> None:
        self._place = folder / "sockets"
        self._socket_name = socket_name

    def open(self, account: Account | None) -> Path:
        """An empty folder that `account` (default: us) alone may enter. Its path is the one to use."""
        self.close()
        folder = self._make()
        if account is not None:
            account.own(folder)
        return folder

    def close(self) -> None:
        """Remove the folder and the sockets in it."""
        if self._place.is_symlink():
            shutil.rmtree(self._place.readlink(), ignore_errors=True)
            self._place.unlink()
        elif self._place.exists():
            shutil.rmtree(self._place)

    def _make(self) -> Path:
        if self._serves(self._place):
            self._place.mkdir(mode=0o700)
            return self._place
        usual = Path(tempfile.gettempdir())
        parent = usual if self._serves(usual / "imoran-12345678") else Path("/tmp")  # noqa: S108 - mkdtemp makes it private
        temporary = Path(tempfile.mkdtemp(prefix="imoran-", dir=parent))
        self._place.symlink_to(temporary)
        return temporary

    def _serves(self, folder: Path) -> bool:
        path = str(folder / self._socket_name)
        return len(path) <= LONGEST_PATH and _PLAIN.fullmatch(path) is not None
