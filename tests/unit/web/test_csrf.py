"""Tokens against requests from other sites."""

from __future__ import annotations

import pytest

from interfaces.web.csrf import comes_from_here, issue_token, token_fits

KEY = b"k" * 32
HERE = "https://imoran.example"


def test_a_token_fits_the_session_that_it_was_issued_for() -> None:
    assert token_fits(KEY, "session:one", issue_token(KEY, "session:one"))


def test_a_token_of_another_session_does_not_fit() -> None:
    assert not token_fits(KEY, "session:two", issue_token(KEY, "session:one"))


def test_a_token_of_a_pre_session_does_not_fit_a_session_of_the_same_name() -> None:
    assert not token_fits(KEY, "session:one", issue_token(KEY, "visit:one"))


def test_a_token_made_with_another_key_does_not_fit() -> None:
    assert not token_fits(KEY, "session:one", issue_token(b"x" * 32, "session:one"))


def test_each_page_carries_another_token_for_the_same_session() -> None:
    tokens = {issue_token(KEY, "session:one") for _ in range(20)}
    assert len(tokens) == 20


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 86, "A" * 5000, "….…"])
def test_nonsense_is_no_token(token: str) -> None:
    assert not token_fits(KEY, "session:one", token)


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": HERE}, False),
        ({"origin": HERE}, True),
        ({"origin": "https://imoran.example.evil"}, False),
        ({"origin": "http://imoran.example"}, False),
        ({"origin": "https://imoran.example:444"}, False),
        ({"origin": "null"}, False),
        ({"referer": f"{HERE}/login"}, True),
        ({"referer": f"https://evil/?{HERE}"}, False),
        ({"referer": "https://[nonsense"}, False),
        ({}, False),
    ],
)
def test_only_requests_from_our_own_pages_are_ours(headers: dict[str, str], is_ours: bool) -> None:
    assert comes_from_here(headers, HERE) is is_ours
