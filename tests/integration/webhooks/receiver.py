"""A receiver of webhooks at an address of this machine: it keeps what it gets, and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from domain.webhooks import SECRET_PREFIX, signature


@dataclass(frozen=True)
class Message:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """As receivers check it, by the Standard Webhooks scheme."""
        key = b64decode(secret.removeprefix(SECRET_PREFIX))
        expected = signature(key, self.headers["webhook-id"], int(self.headers["webhook-timestamp"]), self.body)
        return expected in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """`answers` are given first, one to a message; then `status`."""

    port: int = 0
    status: int = 204
    body: bytes = b""
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    waits_s: float = 0
    messages: list[Message] = field(default_factory=list)
    has_message: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks?from=imoran"

    @property
    def types(self) -> list[str]:
        """What it was told, in order."""
        return [message.content["type"] for message in self.messages]


class _Server(ThreadingHTTPServer):
    """Senders that lose their patience hang up: no fault of anybody's."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Served by threads of its own until the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Of this receiver."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.messages.append(Message(self.path, headers, body))
            receiver.has_message.set()
            time.sleep(receiver.waits_s)
            self.send_response(receiver.answers.pop(0) if receiver.answers else receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_: object) -> None:
            """Nothing: tests read `messages`."""

    server = _Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
