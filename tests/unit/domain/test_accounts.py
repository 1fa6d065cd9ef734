"""Accounts: names, passwords, and answers to security questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import (
    LONGEST_ANSWER,
    LONGEST_PASSWORD,
    SECURITY_QUESTIONS,
    SHORTEST_PASSWORD,
    check_password,
    check_security_answer,
    normalise_answer,
)
from domain.refusals import Invalid
from tests.unit.domain.examples import a_person

COMMON_PASSWORDS = frozenset({"passwordpassword", "correcthorsebattery"})
COMMON_ANSWERS = frozenset({"lagos", "portharcourt", "none"})
GOOD_PASSWORD = "bright-harmattan-morning"
GOOD_ANSWER = "seven green umbrellas"
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def refused_fields(refusal: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {error.field for error in refusal.value.errors}


@pytest.mark.parametrize("username", ["ada", "a.b", "Ada_O-bi.2", "007", "x" * 40])
def test_an_ordinary_username_is_kept_as_it_is(username: str) -> None:
    assert a_person(username=username).username == username


@pytest.mark.parametrize(
    "username",
    [
        "",
        "ab",
        "x" * 41,
        ".ada",
        "-ada",
        "_ada",
        "a da",
        " ada",
        "ada ",
        "ada\n",
        "ada@x.ng",
        "adа",
        "ada\x00",
        "éda",
    ],
)
def test_a_username_out_of_bounds_is_refused(username: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_person(username=username)
    assert refused_fields(refusal) == {"username"}


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 81,
        "Ada\x00",
        "Ada\n",
        "Ada\ud800",
        "\u202eadA",
        "A\u200bda",
        "\u2066Ada",
        "Ada\ufeff",
        "\u200e",
    ],
    ids=ascii,
)
def test_a_name_that_is_empty_too_long_or_in_disguise_is_refused(field: str, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_person(**{field: name})
    assert refused_fields(refusal) == {field}


@pytest.mark.parametrize("phone", [None, "08031234567", "+234 803 123 4567", "234(803)123-4567"])
def test_a_phone_number_may_be_missing_or_ordinary(phone: str | None) -> None:
    assert a_person(phone_number=phone).phone_number == phone


@pytest.mark.parametrize("phone", ["", "+", "call me", "0803\n", "0" * 31, "٠٨٠٣", "<b>1</b>", "tel:0803"])
def test_a_phone_number_of_other_characters_is_refused(phone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_person(phone_number=phone)
    assert refused_fields(refusal) == {"phone_number"}


def test_every_mistake_about_a_person_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        a_person(username="", first_name="", last_name="", phone_number="x")
    assert refused_fields(refusal) == {"username", "first_name", "last_name", "phone_number"}


@pytest.mark.parametrize(
    "password",
    [
        GOOD_PASSWORD,
        "x1" * 6,
        "żółć gęślą jaźń",
        "            ",
        "q7" * (LONGEST_PASSWORD // 2),
        "ada likes long passwords",
    ],
)
def test_a_long_uncommon_password_is_accepted(password: str) -> None:
    check_password(password, a_person(), COMMON_PASSWORDS)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x" * (SHORTEST_PASSWORD - 1),
        "x1" * (LONGEST_PASSWORD // 2) + "x",
        "passwordpassword",
        "PasswordPassword",
        "CORRECTHORSEBATTERY",
        "nul in it \x00 here",
        "half a pair \ud800 here",
        "ada.obi@example.com",
        "Ada.Obi@Example.com!",
        "adaobioma-obioma",
        "ObiomaObioma1",
        "ada obioma 2026",
        "+234 803 123 4567",
        "imoranimoran",
    ],
    ids=ascii,
)
def test_a_password_that_others_could_guess_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, a_person(), COMMON_PASSWORDS)
    assert refused_fields(refusal) == {"password"}


@given(st.text())
def test_normalising_an_answer_twice_changes_nothing(answer: str) -> None:
    assert normalise_answer(normalise_answer(answer)) == normalise_answer(answer)


@given(st.text("abcdefghij klmnopqrstuvwxyz0123456789'-."))
def test_case_width_and_space_make_no_difference_to_an_answer(answer: str) -> None:
    variants = [answer.upper(), answer.title(), f" \t{answer}\n", answer.replace(" ", " \u3000 ")]
    variants.append(answer.translate(FULL_WIDTH))
    assert {normalise_answer(variant) for variant in variants} == {normalise_answer(answer)}


def test_the_same_answer_written_otherwise_is_the_same_answer() -> None:
    assert normalise_answer("  LAgos ") == normalise_answer("lagos") == "lagos"
    assert normalise_answer("Ｌａｇｏｓ") == "lagos"
    assert normalise_answer("Straße") == normalise_answer("STRASSE")
    assert normalise_answer("Ife\u0301") == normalise_answer("IFÉ")


@given(st.text(), st.text())
def test_normalising_keeps_words_apart(one: str, other: str) -> None:
    words = normalise_answer(f"{one} {other}").split()
    assert words == (normalise_answer(one).split() + normalise_answer(other).split())


def check(question: str, answer: str) -> None:
    """As somebody whose password is another."""
    check_security_answer(
        question, answer, person=a_person(), password="eleven purple kites", common_answers=COMMON_ANSWERS
    )


@pytest.mark.parametrize("answer", [GOOD_ANSWER, "abcde", "Ìbàdàn road 7"])
def test_an_answer_of_ones_own_is_accepted(answer: str) -> None:
    check("phrase", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "abc",
        "  a b ",
        "   ",
        "x" * (LONGEST_ANSWER + 1),
        "lagos",
        "LAGOS",
        "  LAgos ",
        "ＬＡＧＯＳ",
        "Port  Harcourt",
        "port\tHARCOURT ",
        "None",
        "ada.obi",
        "ADA.OBI@example.com",
        "Obioma",
        "ada  OBIOMA",
        "+234 803 123 4567",
        "+2348031234567",
        "Lágos",
        "recovery phrase",
        "nul \x00 in it",
        "half \ud800 a pair",
    ],
    ids=ascii,
)
def test_an_answer_that_others_could_guess_is_refused(answer: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check("phrase", answer)
    assert refused_fields(refusal) == {"security_answer"}


def test_a_question_comes_from_the_list() -> None:
    for question in SECURITY_QUESTIONS:
        check(question, GOOD_ANSWER)
    with pytest.raises(Invalid) as refusal:
        check("What is my name?", GOOD_ANSWER)
    assert refused_fields(refusal) == {"security_question"}
