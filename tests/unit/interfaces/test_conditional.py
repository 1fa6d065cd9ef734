"""Entity tags and the conditions put on them."""

from __future__ import annotations

import pytest

from domain.refusals import StaleVersion
from interfaces.http.conditional import content_tag, expected_version, is_known, version_tag
from interfaces.http.problems import RequestError
from tests.unit.interfaces.requests import request_with


def test_equal_bytes_have_one_tag_and_others_another() -> None:
    assert content_tag(b"a") == content_tag(b"a")
    assert content_tag(b"a") != content_tag(b"b")


@pytest.mark.parametrize("known", ['"x"', 'W/"x"', '"a", "x"', '"a",W/"x"', "*", ' "x" '])
def test_a_caller_who_has_it_is_told_so(known: str) -> None:
    assert is_known(request_with(if_none_match=known), '"x"')


@pytest.mark.parametrize("known", ['"y"', "x", "", '"xx"'])
def test_a_caller_who_has_something_else_gets_it(known: str) -> None:
    assert not is_known(request_with(if_none_match=known), '"x"')


def test_a_caller_who_names_nothing_gets_it() -> None:
    assert not is_known(request_with(), '"x"')


def test_the_tag_of_a_version_is_read_back() -> None:
    assert expected_version(request_with(if_match=version_tag(17))) == 17


def test_without_a_condition_any_version_will_do() -> None:
    assert expected_version(request_with()) is None
    assert expected_version(request_with(if_match="*")) is None


@pytest.mark.parametrize("tag", ['W/"1"', '"0"', '"one"', "1", '"1', '""', '"-1"', '"99999999999"', '"１"'])
def test_a_tag_that_no_version_has_never_matches(tag: str) -> None:
    request = request_with()
    request.scope["headers"] = [(b"if-match", tag.encode())]
    with pytest.raises(StaleVersion):
        expected_version(request)


def test_several_tags_are_not_understood() -> None:
    with pytest.raises(RequestError):
        expected_version(request_with(if_match='"1", "2"'))
