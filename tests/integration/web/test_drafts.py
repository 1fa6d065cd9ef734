"""What somebody wrote is there again until something came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.web.browser import Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import PASSWORD, Marketplace

REASON = "A lease.\nForty pages, “as is” & <b>signed</b>."


def written(browser: Browser, name: str) -> str:
    """What stands in that field."""
    [area] = [area for area in browser.page.all("textarea") if area["name"] == name]
    return "".join(area.own_text).removeprefix("\n")


async def test_a_stranger_logs_in_and_finds_what_they_wrote(browser: Browser, marketplace: Marketplace) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    await browser.open(f"/book/{slot.id}")
    assert mistakes_in(browser.page) == []
    await browser.send(f"/book/{slot.id}/entry", reason_for_session=REASON, way="login")
    assert browser.path == "/login"
    await browser.send("/login", identifier=client.username, password=PASSWORD)
    assert browser.path == f"/book/{slot.id}"
    assert written(browser, "reason_for_session") == REASON
    await browser.send(f"/book/{slot.id}")
    assert browser.path.endswith("/pay")
    await browser.open(
        f"/book/{(await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=9))).id}"
    )
    assert written(browser, "reason_for_session") == ""


async def test_a_stranger_who_registers_is_asked_for_nothing_twice(
    browser: Browser, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/book/{slot.id}/entry", reason_for_session=REASON, way="register")
    assert browser.path == "/register"
    assert ("role", "client") in browser.answer.url.params.multi_items()
    assert ("next", f"/book/{slot.id}") in browser.answer.url.params.multi_items()
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM bookings") == 0
    await browser.open(f"/book/{slot.id}")
    assert written(browser, "reason_for_session") == REASON


async def test_a_seat_that_went_takes_the_words_along_to_another_time(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    other = await marketplace.slot(consultant, starts_in=timedelta(days=2))
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await marketplace.booking(await marketplace.client(), slot)
    await browser.send(f"/book/{slot.id}", status=409, reason_for_session=REASON)
    assert "What you wrote is kept" in browser.main
    [link] = [link["href"] for link in browser.page.all("a") if str(other.id) in link["href"]]
    await browser.open(link)
    assert written(browser, "reason_for_session") == REASON


async def test_a_review_without_stars_is_still_there_after_going_back(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    one = await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
    other = await marketplace.completed_booking(
        client, consultant, await marketplace.slot(consultant, starts_in=timedelta(days=2))
    )
    await browser.log_in(client)
    await browser.open(f"/bookings/{one.id}/review")
    assert mistakes_in(browser.page) == []
    assert "At most 2,000 characters." in browser.main
    await browser.send(f"/bookings/{one.id}/review", status=422, comment=REASON)
    await browser.open(f"/bookings/{one.id}/review")
    assert written(browser, "comment") == REASON
    await browser.open(f"/bookings/{other.id}/review")
    assert written(browser, "comment") == ""
    await browser.open(f"/bookings/{one.id}/review")
    other_tab = browser.answer
    await browser.open(f"/bookings/{one.id}/review")
    await browser.send(f"/bookings/{one.id}/review", rating="4")
    browser.answer = other_tab
    await browser.send(f"/bookings/{one.id}/review", rating="1")
    assert browser.path == f"/bookings/{one.id}"
    assert "You have already reviewed this session." in browser.main
    assert "4 out of 5 stars" in browser.main


@pytest.mark.parametrize("cookie", ["", "%", "AAAA", "eJw", "é", "x" * 5000])
async def test_a_cookie_of_somebody_elses_making_is_no_draft(
    browser: Browser, marketplace: Marketplace, cookie: str
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    answer = await browser.client.get(f"/book/{slot.id}", headers=[(b"Cookie", f"draft_reason={cookie}".encode())])
    browser.answer = answer
    assert answer.status_code == 200
    assert written(browser, "reason_for_session") == ""


async def test_a_text_that_no_cookie_holds_is_not_kept_and_breaks_nothing(
    browser: Browser, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.open(f"/book/{slot.id}")
    noise = "".join(chr(0x4E00 + number**3 * 7919 % 20_000) for number in range(2000))
    await browser.send(f"/book/{slot.id}/entry", reason_for_session=noise)
    assert browser.path == "/login"
    await browser.open(f"/book/{slot.id}")
    assert written(browser, "reason_for_session") == ""


async def test_logging_out_leaves_no_words_behind(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/book/{slot.id}", status=422, reason_for_session="x" * 2001)
    await browser.open(f"/book/{slot.id}")
    assert written(browser, "reason_for_session") == "x" * 2001
    await browser.send("/logout")
    await browser.open(f"/book/{slot.id}")
    assert written(browser, "reason_for_session") == ""
