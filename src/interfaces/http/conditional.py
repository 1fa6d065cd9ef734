"""Entity tags and the conditions that requests put on them (RFC 9110, section 13)."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any

from litestar.connection import ASGIConnection

from domain.refusals import StaleVersion
from interfaces.http.problems import RequestError

_VERSION = re.compile(r'"([1-9][0-9]{0,9})"\Z')


def content_tag(body: bytes) -> str:
    """A strong tag for exactly these bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def version_tag(version: int) -> str:
    """The tag of a resource of one's own; what `expected_version` reads."""
    return f'"{version}"'


def is_known(connection: ASGIConnection[Any, Any, Any, Any], tag: str) -> bool:
    """Whether If-None-Match says that the caller has it already. Compared weakly, as the RFC asks."""
    known = connection.headers.get("if-none-match")
    if known is None:
        return False
    return known.strip() == "*" or tag in (entry.strip().removeprefix("W/") for entry in known.split(","))


def expected_version(connection: ASGIConnection[Any, Any, Any, Any]) -> int | None:
    """The version that If-Match insists on, if any.

    Raises `StaleVersion` for a tag that no version of ours can have (weak ones never match), and
    `RequestError` for a list: our resources have one representation.
    """
    wanted = connection.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return None
    if "," in wanted:
        raise RequestError("Send one entity tag in If-Match.")
    version = _VERSION.match(wanted.strip())
    if version is None:
        raise StaleVersion
    return int(version[1])
