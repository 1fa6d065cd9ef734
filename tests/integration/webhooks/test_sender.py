"""The way to receivers: only to the internet, however an address is written, and no further than one answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.webhooks import Answer, Failure
from infrastructure.webhooks import sender as sending
from infrastructure.webhooks.sender import MOST_KEPT, HttpsSender
from tests.integration.webhooks.receiver import Receiver, running_receiver

HEADERS = {"webhook-id": "one"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


class Names:
    """A resolver that says what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        self.asked.append((host, port))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [ip_address(address) for address in answer]


async def test_a_message_arrives_as_it_was_meant(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, "Danke schön".encode()
    answer = await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b'{"id": 1}')
    assert answer == Answer(status=200, text="Danke schön")
    [message] = receiver.messages
    assert message.path == "/hooks?from=imoran"
    assert message.body == b'{"id": 1}'
    assert message.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["webhook-id"] == "one"
    assert not {"cookie", "authorization", "referer"} & message.headers.keys()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url}
    answer = await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b"{}")
    assert (answer.status, answer.failure) == (status, Failure.REDIRECTED)
    assert len(receiver.messages) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
async def test_what_is_no_success_is_a_failure_with_its_answer(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.body = status, b"not today\x00\xff"
    answer = await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b"{}")
    assert answer == Answer(status=status, text="not today\ufffd\ufffd", failure=Failure.REFUSED)


async def test_a_long_answer_is_cut_and_a_packed_one_not_unpacked(receiver: Receiver) -> None:
    receiver.status, receiver.body, receiver.headers = 200, b"x" * 5_000_000, {"Content-Encoding": "gzip"}
    answer = await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b"{}")
    assert answer == Answer(status=200, text="x" * MOST_KEPT)


async def test_cookies_are_not_kept(receiver: Receiver) -> None:
    receiver.headers = {"Set-Cookie": "a=1"}
    send = HttpsSender(allow_loopback=True)
    for _ in range(2):
        await send(receiver.url, HEADERS, b"{}")
    assert "cookie" not in receiver.messages[-1].headers


async def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b"{}")).failure is None


async def test_who_takes_too_long_is_given_up(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WITHIN_S", 0.1)
    receiver.waits_s = 0.4
    answer = await HttpsSender(allow_loopback=True)(receiver.url, HEADERS, b"{}")
    assert answer == Answer(failure=Failure.TIMED_OUT)


async def test_a_resolver_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WITHIN_S", 0.05)

    async def never(_: str, __: int) -> list[IPv4Address | IPv6Address]:
        return await asyncio.Event().wait() and []

    answer = await HttpsSender(resolve=never)("https://slow.example.com/", HEADERS, b"{}")
    assert answer == Answer(failure=Failure.TIMED_OUT)


async def test_nobody_there() -> None:
    answer = await HttpsSender(allow_loopback=True)("http://127.0.0.1:9/", HEADERS, b"{}")
    assert answer == Answer(failure=Failure.UNREACHABLE)


async def test_the_next_address_of_a_name_is_tried_when_the_first_is_dead(receiver: Receiver) -> None:
    # Nobody listens at ::1.
    send = HttpsSender(allow_loopback=True, resolve=Names(["::1", "127.0.0.1"]))
    answer = await send(f"http://hooks.example.com:{receiver.port}/hooks", HEADERS, b"{}")
    assert answer.failure is None
    assert len(receiver.messages) == 1


async def test_a_name_that_stands_for_nothing() -> None:
    answer = await HttpsSender(resolve=Names([]))("https://nowhere.example.com/", HEADERS, b"{}")
    assert answer == Answer(failure=Failure.NO_SUCH_HOST)


SPELLINGS = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://LocalHost/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.0.1/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://user@127.0.0.1/",
]


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_leads_inside(url: str) -> None:
    # By the system's own resolver: whatever it makes of it.
    answer = await HttpsSender()(url, HEADERS, b"{}")
    assert answer.failure in (Failure.FORBIDDEN_ADDRESS, Failure.NO_SUCH_HOST)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "fd00::1"],
    ],
)
async def test_a_name_may_not_stand_for_anything_inside(addresses: list[str]) -> None:
    answer = await HttpsSender(resolve=Names(addresses))("https://hooks.example.com/", HEADERS, b"{}")
    assert answer == Answer(failure=Failure.FORBIDDEN_ADDRESS)


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "https://hooks.example.com:8443/"])
async def test_only_https_at_its_own_port_leaves_the_house(url: str) -> None:
    answer = await HttpsSender(resolve=Names(["8.8.8.8"]))(url, HEADERS, b"{}")
    assert answer == Answer(failure=Failure.FORBIDDEN_ADDRESS)


async def test_where_loopback_is_allowed_other_inner_addresses_are_not() -> None:
    for address in ("10.0.0.1", "169.254.169.254", "fd00::1"):
        send = HttpsSender(allow_loopback=True, resolve=Names([address]))
        assert (await send("http://hooks.example.com/", HEADERS, b"{}")).failure is Failure.FORBIDDEN_ADDRESS


async def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(receiver: Receiver) -> None:
    # At the first look it is this machine, which is allowed here; at a second one it would be somebody else's.
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    url = f"http://rebinding.example.com:{receiver.port}/hooks"
    answer = await HttpsSender(allow_loopback=True, resolve=names)(url, HEADERS, b"{}")
    assert answer.failure is None
    assert names.asked == [("rebinding.example.com", receiver.port)]
    assert receiver.messages[0].headers["host"] == f"rebinding.example.com:{receiver.port}"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for that name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@asynccontextmanager
async def tls_receiver(folder: Path, name: str) -> AsyncIterator[tuple[int, list[str | None]]]:
    """A port of this machine that speaks TLS for that name, and the names that it was asked for."""
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder, name))

    def note(_: object, server_name: str | None, __: object) -> None:
        asked.append(server_name)

    context.sni_callback = note

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def test_certificates_are_checked_for_the_name_and_not_for_the_address(tmp_path: Path) -> None:
    async with tls_receiver(tmp_path, "hooks.example.com") as (port, asked):
        send = HttpsSender(allow_loopback=True, resolve=Names(["127.0.0.1"]))
        send._tls.load_verify_locations(tmp_path / "certificate.pem")
        assert (await send(f"https://hooks.example.com:{port}/", HEADERS, b"")).failure is None
        assert asked == ["hooks.example.com"]
        wrong = await send(f"https://other.example.com:{port}/", HEADERS, b"")
        assert wrong == Answer(failure=Failure.BAD_CERTIFICATE)


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with tls_receiver(tmp_path, "hooks.example.com") as (port, _):
        send = HttpsSender(allow_loopback=True, resolve=Names(["127.0.0.1"]))
        answer = await send(f"https://hooks.example.com:{port}/", HEADERS, b"")
        assert answer == Answer(failure=Failure.BAD_CERTIFICATE)
