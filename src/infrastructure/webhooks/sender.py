"""Sends to addresses that users chose: never to one that is inside, however it is written."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeAlias

import httpx

from domain.webhooks import Answer, Failure, is_public

log = logging.getLogger(__name__)

WITHIN_S = 5.0
"""From looking the name up to the last byte of the answer."""
MOST_READ = 64 * 1024
MOST_KEPT = 1000
"""Characters of the answer that its owner is shown."""

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[list[Address]]]


class ForbiddenAddressError(Exception):
    """The name stands for an address that is not on the internet."""


class NoSuchHostError(Exception):
    """The name stands for nothing."""


async def resolve(host: str, port: int) -> list[Address]:
    """What the system's resolver says a name stands for. Raises `NoSuchHostError`."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise NoSuchHostError from fault
    # A scope, as in fe80::1%eth0, is never on the internet; the address without it is judged as such.
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


class HttpsSender:
    """`WebhookSender`.

    The name is looked up once, every address that it stands for has to be public, and the connection is made to
    the first of them that answers: what the name stands for a moment later does not matter. Certificates are
    checked for the name. Redirects are not followed, proxies of the environment not used, cookies not kept.
    """

    def __init__(self, *, allow_loopback: bool = False, resolve: Resolve = resolve) -> None:
        self._allow_loopback = allow_loopback
        self._resolve = resolve

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """What came back, or why nothing did."""
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._send(httpx.URL(url), headers, body)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(failure=Failure.TIMED_OUT)
        except NoSuchHostError:
            return Answer(failure=Failure.NO_SUCH_HOST)
        except ForbiddenAddressError:
            return Answer(failure=Failure.FORBIDDEN_ADDRESS)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            log.info("webhook.unreachable fault=%s", type(fault).__name__)
            return Answer(failure=_failure_of(fault))

    async def _send(self, url: httpx.URL, headers: dict[str, str], body: bytes) -> Answer:
        *others, last = await self._addresses_of(url)
        for address in others:
            try:
                return await self._post(url, address, headers, body)
            except httpx.ConnectError:
                log.debug("webhook.next_address")
        return await self._post(url, last, headers, body)

    async def _post(self, url: httpx.URL, address: Address, headers: dict[str, str], body: bytes) -> Answer:
        # A client of its own, so that no connection is used for another name, and nothing is remembered.
        async with (
            httpx.AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST",
                url.copy_with(host=str(address)),
                content=body,
                headers={
                    **headers,
                    "Host": url.netloc.decode("ascii"),
                    "Content-Type": "application/json",
                    "User-Agent": "Imoran-Webhooks/1",
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                },
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            ) as response,
        ):
            return Answer(
                status=response.status_code, text=await _beginning(response), failure=_judged(response.status_code)
            )

    async def _addresses_of(self, url: httpx.URL) -> list[Address]:
        """At least one, and none that may not be. Raises `NoSuchHostError` or `ForbiddenAddressError`."""
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._resolve(url.raw_host.decode("ascii"), port)
        if not addresses:
            raise NoSuchHostError
        is_open = url.scheme == "https" and port == 443 and all(map(is_public, addresses))
        is_own_machine = self._allow_loopback and all(address.is_loopback for address in addresses)
        if not (is_open or is_own_machine):
            raise ForbiddenAddressError
        return addresses


async def _beginning(response: httpx.Response) -> str:
    """As it was sent, unpacked by nobody: a small answer cannot become a large one."""
    read = b""
    async for chunk in response.aiter_raw(4096):
        read += chunk
        if len(read) >= MOST_READ:
            break
    return read[: MOST_KEPT * 4].decode("utf-8", "replace").replace("\0", "\ufffd")[:MOST_KEPT]


def _judged(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    return Failure.REDIRECTED if 300 <= status < 400 else Failure.REFUSED


def _failure_of(fault: BaseException) -> Failure:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure.BAD_CERTIFICATE
        cause = cause.__cause__ or cause.__context__
    return Failure.UNREACHABLE
