"""E-mail addresses, without asking the network."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Invalid
from infrastructure.email_addresses import LONGEST, checked_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  ada@example.com\n", "ada@example.com"),
        ("Ada.Obi+imoran@EXAMPLE.com", "Ada.Obi+imoran@example.com"),
        ("o'brien@example.co.uk", "o'brien@example.co.uk"),
        ("ada@bücher.example", "ada@bücher.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
    ],
)
def test_an_address_is_kept_in_its_usual_spelling(typed: str, kept: str) -> None:
    assert checked_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@@example.com",
        "ada@example",
        "ada@exa mple.com",
        "Ada <ada@example.com>",
        "ada@example.com, eve@example.com",
        "ada@example.com\nBcc: eve@example.com",
        "ada@example.com\x00",
        "ada\x00@example.com",
        "ada@[127.0.0.1]",
        '"ada obi"@example.com',
        "ada@-example.com",
        "ada..obi@example.com",
        "ada@example.com.",
        "\u202eada@example.com",
        "ada\ud800@example.com",
        "ada@" + "x" * 250 + ".com",
        "x" * 1_000_000,
    ],
    ids=lambda typed: ascii(typed[:30]),
)
def test_anything_else_is_refused_for_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_email(typed)
    assert [error.field for error in refusal.value.errors] == ["email"]


@given(st.text())
def test_whatever_somebody_types_is_an_address_or_refused(typed: str) -> None:
    try:
        kept = checked_email(typed)
    except Invalid:
        return
    assert checked_email(kept) == kept
    assert len(kept) <= LONGEST


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    assert checked_email("ada@a-name-that-nobody-has.example.org") == "ada@a-name-that-nobody-has.example.org"
