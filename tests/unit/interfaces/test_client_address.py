"""Whom attempts are counted for."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Request

from interfaces.http.client_address import client_address
from tests.unit.interfaces.requests import Headers, http_scope


def _request(host: str | None, headers: Headers | None = None) -> Request[Any, Any, Any]:
    return Request(http_scope(headers=headers, client=None if host is None else (host, 5000)))


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("somewhere", "somewhere"),
        (None, "unknown"),
    ],
)
def test_one_household_is_one_address(host: str | None, counted: str) -> None:
    assert client_address(_request(host)) == counted


def test_a_forwarding_header_is_not_believed() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"forwarded", b"for=198.51.100.1")]
    assert client_address(_request("192.0.2.7", headers)) == "192.0.2.7"
