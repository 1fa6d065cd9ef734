"""What too many people choose."""

from __future__ import annotations

import pytest

from domain.text import bare
from infrastructure.secrets.common_secrets import FrequencyLists

COMMON = FrequencyLists()


def test_the_lists_are_as_long_as_they_have_to_be() -> None:
    assert len(COMMON.passwords) >= 10_000
    assert len(COMMON.answers) >= 2_000


@pytest.mark.parametrize("password", ["password", "123456", "qwertyuiop", "iloveyou"])
def test_a_password_from_every_leak_is_common(password: str) -> None:
    assert password in COMMON.passwords


@pytest.mark.parametrize("answer", ["lagos", "port harcourt", "jollof rice", "mary", "smith", "chelsea", "none"])
def test_an_answer_that_everybody_gives_is_common(answer: str) -> None:
    assert bare(answer) in COMMON.answers


def test_both_lists_are_in_the_form_in_which_they_are_asked() -> None:
    assert all(password == password.casefold() for password in COMMON.passwords)
    assert all(answer == bare(answer) for answer in COMMON.answers)
