"""Rule 7: a meeting link is an absolute https address, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from domain.bookings import LONGEST_LINK, LONGEST_PLATFORM, MeetingLink
from domain.refusals import Invalid
from tests.unit.domain.examples import LINK

LAWFUL = [
    LINK,
    "https://meet.example",
    "https://meet.example:8443/room?pwd=a%20b&x=1#start",
    "HTTPS://MEET.EXAMPLE/room",
    "https://bücher.example/räume",
    "https://xn--bcher-kva.example/",
    "https://192.0.2.1/room",
    "https://[2001:db8::1]/room",
    "https://meet.example/" + "x" * (LONGEST_LINK - len("https://meet.example/")),
]

UNLAWFUL = {
    "nothing": "",
    "a script": "javascript:alert(1)",
    "a script that looks like an address": "javascript://meet.example/%0Aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "a file": "file:///etc/passwd",
    "http": "http://meet.example/room",
    "ftp": "ftp://meet.example/room",
    "no scheme": "meet.example/room",
    "a path": "/room",
    "the scheme of the page": "//meet.example/room",
    "backslashes": "https:\\\\meet.example\\room",
    "one backslash": "https://meet.example\\@evil.example",
    "no slashes": "https:meet.example",
    "one slash": "https:/meet.example",
    "three slashes": "https:///meet.example",
    "no host": "https://",
    "no host but a query": "https://?room=1",
    "a port without a host": "https://:443/",
    "a user": "https://ada@evil.example/",
    "a user and a password": "https://meet.example:x@evil.example/",
    "an empty user": "https://@evil.example/",
    "port zero": "https://meet.example:0/",
    "a port too far": "https://meet.example:65536/",
    "a port in words": "https://meet.example:https/",
    "half an address of version 6": "https://[2001:db8::1/",
    "a space before": " https://meet.example/",
    "a space within": "https://meet.example/a room",
    "a tab in the scheme": "ht\ttps://meet.example/",
    "a new line": "https://meet.example/\nSet-Cookie: x=1",
    "a carriage return": "https://meet.example/\rx",
    "nul": "https://meet.example/\x00",
    "delete": "https://meet.example/\x7f",
    "a control character of the upper half": "https://meet.example/\x9b",
    "half a surrogate pair": "https://meet.example/\ud800",
    "text that runs backwards": "https://meet.example/\u202egpj.exe",
    "a zero-width space": "https://meet\u200b.example/",
    "a no-break space": "https://meet.example/\u00a0",
    "too long": "https://meet.example/" + "x" * (LONGEST_LINK - len("https://meet.example/") + 1),
}


@pytest.mark.parametrize("url", LAWFUL)
def test_an_absolute_https_address_is_kept_as_it_is(url: str) -> None:
    assert MeetingLink(platform="Jitsi", url=url).url == url


@pytest.mark.parametrize("url", list(UNLAWFUL.values()), ids=list(UNLAWFUL))
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        MeetingLink(platform="Jitsi", url=url)
    assert [error.field for error in refusal.value.errors] == ["meeting_link"]


@pytest.mark.parametrize("platform", ["", "  ", "x" * (LONGEST_PLATFORM + 1), "nul\x00", "half \ud800"])
def test_a_platform_has_a_name_that_can_be_read(platform: str) -> None:
    with pytest.raises(Invalid) as refusal:
        MeetingLink(platform=platform, url=LINK)
    assert [error.field for error in refusal.value.errors] == ["meeting_platform"]


def test_both_mistakes_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        MeetingLink(platform="", url="")
    assert [error.field for error in refusal.value.errors] == ["meeting_platform", "meeting_link"]
