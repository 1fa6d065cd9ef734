import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from infrastructure.embedded.ports import free_port
from infrastructure.embedded.readiness import answers_http


class _Answering(BaseHTTPRequestHandler):
    """Answers each path with the status that it names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (404, True), (500, False), (503, False)])
def test_anything_but_a_server_error_counts_as_ready(server: HTTPServer, status: int, ready: bool) -> None:
    assert answers_http(f"http://127.0.0.1:{server.server_port}/{status}")() is ready


def test_a_port_on_which_nobody_listens_is_not_ready() -> None:
    assert answers_http(f"http://127.0.0.1:{free_port(0)}/200")() is False


def test_a_proxy_of_the_environment_is_not_asked(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port(0)}")
    assert answers_http(f"http://127.0.0.1:{server.server_port}/200")() is True
