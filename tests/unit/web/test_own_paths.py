"""Nobody is sent to another site."""

from __future__ import annotations

import pytest

from interfaces.web.own_paths import own_path


@pytest.mark.parametrize("path", ["/", "/bookings", "/book/1?tz=Africa/Lagos", "/consultants?q=a%20b#times"])
def test_a_path_of_our_own_is_kept(path: str) -> None:
    assert own_path(path, "/home") == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "bookings",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/ /evil",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/bookings\r\nSet-Cookie: a=b",
        "/" + "a" * 3000,
    ],
)
def test_whatever_leads_elsewhere_is_replaced(path: str | None) -> None:
    assert own_path(path, "/home") == "/home"
