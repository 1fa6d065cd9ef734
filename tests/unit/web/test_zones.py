"""Which zone a page speaks in."""

from __future__ import annotations

from interfaces.web.zones import choose_zone, known_zone, zones_by_region


def test_the_address_comes_before_the_memory_and_the_memory_before_the_fallback() -> None:
    asked = choose_zone(asked="Europe/London", remembered="Asia/Tokyo", fallback="Africa/Lagos")
    remembered = choose_zone(asked=None, remembered="Asia/Tokyo", fallback="Africa/Lagos")
    neither = choose_zone(asked=None, remembered=None, fallback="Africa/Lagos")
    assert [choice.zone.key for choice in (asked, remembered, neither)] == [
        "Europe/London",
        "Asia/Tokyo",
        "Africa/Lagos",
    ]
    assert [choice.was_chosen for choice in (asked, remembered, neither)] == [True, True, False]


def test_an_unknown_zone_is_left_out_and_said_so() -> None:
    choice = choose_zone(asked="Africa/Atlantis<script>", remembered=None, fallback="Africa/Lagos")
    assert choice.zone.key == "Africa/Lagos"
    assert choice.unknown == "Africa/Atlantisscript"


def test_a_memory_of_no_zone_is_ignored() -> None:
    assert (
        choose_zone(asked=None, remembered="../../etc/passwd", fallback="Africa/Lagos").zone.key == "Africa/Lagos"
    )


def test_a_fallback_that_was_dropped_becomes_utc() -> None:
    assert choose_zone(asked=None, remembered=None, fallback="Gone/Away").zone.key == "UTC"


def test_every_zone_on_offer_exists() -> None:
    names = [name for names in zones_by_region().values() for name in names]
    assert len(names) > 400
    assert all(known_zone(name) for name in names)
