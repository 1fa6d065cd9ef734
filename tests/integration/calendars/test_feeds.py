"""Calendar feeds: a secret address that shows times and titles, as long as its owner wants it to."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from application.accounts.callers import Caller
from application.accounts.reset_password import ResetPasswordCommand
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.calendars.open_feed import OpenFeed, OpenFeedCommand
from domain.accounts import Account, WrongCurrentPassword
from domain.money import Money
from domain.refusals import Throttled
from tests.calendar_reader import Component, instant_by_name, read_calendar
from tests.integration.accounts.people import an_address, answer, suspend
from tests.integration.api.program import Program
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import mistakes_in
from tests.marketplace import PASSWORD, Marketplace, RememberedHashes

FREE = Money(0, "NGN")
PAGE = "/account/calendar-feed"
NEW = "a quite different evening"


async def open_feed(marketplace: Marketplace, caller: Caller) -> str:
    """The path of a new feed."""
    opened = await marketplace.product.open_feed(caller, OpenFeedCommand(current_password=PASSWORD))
    return f"/calendars/{opened.token}.ics"


async def read(client: httpx.AsyncClient, path: str) -> list[Component]:
    """The events of a feed."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return read_calendar(answer.content).all("VEVENT")


async def shown_address(browser: Browser) -> str | None:
    """The secret address that the page shows, if it does."""
    fields = [field["value"] for field in browser.page.all("input") if field["id"] == "address"]
    return fields[0] if fields else None


async def test_a_clients_feed_has_their_sessions_and_nothing_of_them_but_times_and_titles(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(days=day)) for day in range(1, 5)]
    done = await marketplace.completed_booking(person, consultant, slots[0])
    confirmed = await marketplace.confirmed_booking(person, slots[1])
    held = await marketplace.booking(person, slots[2])
    cancelled = await marketplace.confirmed_booking(person, slots[3])
    await marketplace.product.cancel_booking(person, CancelBookingCommand(booking_id=cancelled.id))
    lapsed = await marketplace.booking(person, slots[3])
    await marketplace.lapse_hold(lapsed.id)
    entries = await read(client, await open_feed(marketplace, person))
    assert [(entry["UID"].value, entry["STATUS"].value, entry["SEQUENCE"].value) for entry in entries] == [
        (f"{done.id}@testserver", "CONFIRMED", "0"),
        (f"{confirmed.id}@testserver", "CONFIRMED", "0"),
        (f"{held.id}@testserver", "TENTATIVE", "0"),
        (f"{cancelled.id}@testserver", "CANCELLED", "1"),
    ]
    assert {entry["SUMMARY"].text for entry in entries} == {f"Session with {confirmed.consultant.name}"}
    assert instant_by_name(entries[1]["DTSTART"]) == confirmed.starts_at.replace(microsecond=0)


async def test_a_consultants_feed_has_one_event_for_each_session_and_names_nobody(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, people = await marketplace.consultant(), [await marketplace.client() for _ in range(2)]
    group = await marketplace.slot(consultant, capacity=5, price=FREE)
    private = await marketplace.slot(consultant, starts_in=timedelta(days=2))
    off = await marketplace.slot(consultant, starts_in=timedelta(days=3), price=FREE)
    await marketplace.slot(consultant, starts_in=timedelta(days=4))
    given_up = await marketplace.slot(consultant, starts_in=timedelta(days=5), price=FREE)
    for person in people:
        booking = await marketplace.booking(person, group)
        await marketplace.product.set_meeting_link(
            consultant,
            SetMeetingLinkCommand(booking_id=booking.id, platform="Google Meet", link="https://meet.example/x"),
        )
    await marketplace.booking(people[0], private)
    await marketplace.booking(people[0], off)
    await marketplace.product.cancel_slot(consultant, off.id)
    left = await marketplace.booking(people[0], given_up)
    await marketplace.product.cancel_booking(people[0], CancelBookingCommand(booking_id=left.id))
    path = await open_feed(marketplace, consultant)
    entries = await read(client, path)
    assert [(entry["UID"].value, entry["STATUS"].value, entry["SUMMARY"].text) for entry in entries] == [
        (f"{group.id}@testserver", "CONFIRMED", "Group session"),
        (f"{private.id}@testserver", "TENTATIVE", "Session"),
        (f"{off.id}@testserver", "CANCELLED", "Session"),
    ]
    for secret in ("Chidi", "Number", "meet.example", "A lease", "NGN", "5,000", "500000", "bookings", "mailto"):
        assert secret not in (await client.get(path)).text


async def test_a_cancelled_sessions_sequence_is_higher_than_before(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=FREE)
    await marketplace.booking(await marketplace.client(), slot)
    path = await open_feed(marketplace, consultant)
    [before] = await read(client, path)
    await marketplace.product.cancel_slot(consultant, slot.id)
    [after] = await read(client, path)
    assert before["UID"] == after["UID"]
    assert int(before["SEQUENCE"].value) < int(after["SEQUENCE"].value)


async def test_a_feed_reaches_ninety_days_back(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    for day in (1, 2):
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=day), price=FREE)
        await marketplace.booking(person, slot)
        await marketplace.move_into_past(slot.id, by=timedelta(days=90 + day + (1 if day == 2 else -1)))
    for caller in (person, consultant):
        assert len(await read(client, await open_feed(marketplace, caller))) == 1


async def test_whoever_reads_a_feed_is_told_to_keep_it_secret(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    path = await open_feed(marketplace, await marketplace.client())
    answer = await client.get(path, headers={"Cookie": "sid=whatever-0123456789abcdef"})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"].startswith("private")
    assert "set-cookie" not in answer.headers
    known = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["referrer-policy"] == "no-referrer"
    head = await client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


async def test_the_tag_changes_with_the_sessions(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    path = await open_feed(marketplace, person)
    tag = (await client.get(path)).headers["etag"]
    await marketplace.booking(person, await marketplace.slot(await marketplace.consultant(), price=FREE))
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_every_address_that_opens_nothing_gets_the_same_answer(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    closed, replaced, suspended = [await marketplace.client() for _ in range(3)]
    paths = [await open_feed(marketplace, caller) for caller in (closed, replaced, suspended)]
    await marketplace.product.close_feed(closed)
    await open_feed(marketplace, replaced)
    await suspend(marketplace, suspended.account_id)
    told = set()
    for path in [
        *paths,
        f"/calendars/{'A' * 43}.ics",
        "/calendars/x.ics",
        "/calendars/x",
        "/calendars/%00%FF.ics",
    ]:
        answer = await client.get(path)
        told.add(
            (answer.status_code, answer.content, answer.headers["referrer-policy"], answer.headers["x-robots-tag"])
        )
        assert "set-cookie" not in answer.headers
    assert told == {(404, b"There is no such calendar.\n", "no-referrer", "noindex")}


async def test_the_log_holds_no_address_of_a_feed(
    client: httpx.AsyncClient, marketplace: Marketplace, caplog: pytest.LogCaptureFixture
) -> None:
    path = await open_feed(marketplace, await marketplace.client())
    token = path.removeprefix("/calendars/").removesuffix(".ics")
    with caplog.at_level(logging.DEBUG):
        for asked in (path, f"{path}?x={token}", f"{path}/", f"{path}/more", path.lower() + "x"):
            await client.get(asked)
        await client.post(path)
        await marketplace.database.close()
        assert (await client.get(path)).status_code in (500, 503)
    # The test's own client writes addresses down; that is not the product's log.
    records = [record for record in caplog.records if not record.name.startswith("http")]
    lines = [logging.Formatter().format(record) for record in records]
    assert [line for line in lines if "route=/calendars/{name}" in line]
    assert not [line for line in lines if token.lower() in line.lower()]


async def test_only_a_hash_of_the_token_is_stored(marketplace: Marketplace) -> None:
    person = await marketplace.client()
    token = (await open_feed(marketplace, person)).removeprefix("/calendars/").removesuffix(".ics")
    row = await marketplace.database.pool.fetchrow("SELECT * FROM calendar_feeds")
    assert row["token_hash"] == marketplace.product.secrets.hash_of(token)
    told = await marketplace.database.pool.fetch("SELECT kind, details::text FROM audit_entries")
    assert "calendar_feed.opened" in {entry["kind"] for entry in told}
    assert token not in str(told)


async def test_a_feed_is_opened_only_with_the_password_and_guesses_are_counted(marketplace: Marketplace) -> None:
    person = await marketplace.client()
    for _ in range(10):
        with pytest.raises(WrongCurrentPassword):
            await marketplace.product.open_feed(person, OpenFeedCommand(current_password="not the password"))
    with pytest.raises(Throttled):
        await marketplace.product.open_feed(person, OpenFeedCommand(current_password=PASSWORD))
    assert await marketplace.product.calendar_queries.feed(person.account_id) is None


async def test_of_many_feeds_opened_at_once_one_is_left(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    paths = await asyncio.gather(*(open_feed(marketplace, person) for _ in range(4)))
    statuses = [(await client.get(path)).status_code for path in paths]
    assert sorted(statuses) == [200, 404, 404, 404]


async def reset_password(marketplace: Marketplace, person: Caller) -> None:
    """By the security question."""
    granted = await answer(marketplace, person.username)
    use_case = marketplace.product.reset_password
    await replace(use_case, hasher=RememberedHashes(use_case.hasher))(
        ResetPasswordCommand(reset_token=granted.reset_token, new_password=NEW, address=an_address())
    )


async def test_resetting_the_password_closes_the_feed(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    path = await open_feed(marketplace, person)
    await reset_password(marketplace, person)
    assert (await client.get(path)).status_code == 404
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM calendar_feeds") == 0


async def test_a_reset_while_the_password_is_being_checked_leaves_no_feed(marketplace: Marketplace) -> None:
    person = await marketplace.client()
    use_case: OpenFeed = marketplace.product.open_feed

    class SlowConfirmation:
        async def __call__(self, caller: Caller, password: str) -> Account:
            proven = await use_case.confirm_password(caller, password)
            await reset_password(marketplace, person)
            return proven

    slow = replace(use_case, confirm_password=SlowConfirmation())  # type: ignore[arg-type]  # the one call it needs
    with pytest.raises(WrongCurrentPassword):
        await slow(person, OpenFeedCommand(current_password=PASSWORD))
    assert await marketplace.product.calendar_queries.feed(person.account_id) is None


@pytest.mark.parametrize("is_consultant", [False, True])
async def test_the_page_shows_the_address_once(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace, is_consultant: bool
) -> None:
    person = await (marketplace.consultant() if is_consultant else marketplace.client())
    await browser.log_in(person)
    account = await browser.open("/account")
    assert [link for link in account.all("a") if link["href"] == PAGE]
    await browser.open(PAGE)
    assert "You have a feed" not in browser.main
    assert mistakes_in(browser.page) == []
    await browser.send(PAGE, current_password=PASSWORD)
    assert mistakes_in(browser.page) == []
    address = await shown_address(browser)
    assert address is not None
    assert address.startswith("http://testserver/calendars/")
    assert browser.answer.url.path == PAGE
    assert browser.answer.headers["cache-control"] == "no-store"
    assert browser.answer.headers["referrer-policy"] == "no-referrer"
    assert [link for link in browser.page.all("a") if link["href"] == address.replace("http://", "webcal://")]
    assert (await client.get(address)).status_code == 200
    await browser.open(PAGE)
    assert await shown_address(browser) is None
    assert "cannot be shown again" in browser.main
    assert address not in browser.answer.text
    assert mistakes_in(browser.page) == []
    await browser.send(f"{PAGE}/revoke")
    assert "You have a feed" not in browser.main
    assert (await client.get(address)).status_code == 404


async def test_a_wrong_password_is_said_at_its_field_and_changes_nothing(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    path = await open_feed(marketplace, person)
    await browser.log_in(person)
    for typed, told in (
        ("", "Enter your current password."),
        ("something else", "That is not your current password."),
    ):
        await browser.open(PAGE)
        await browser.send(PAGE, status=422, current_password=typed)
        assert told in browser.main
        assert mistakes_in(browser.page) == []
    assert (await client.get(path)).status_code == 200


async def test_a_new_address_ends_the_earlier_one(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.client())
    addresses = []
    for _ in range(2):
        await browser.open(PAGE)
        await browser.send(PAGE, current_password=PASSWORD)
        addresses.append(await shown_address(browser))
    assert [(await client.get(str(address))).status_code for address in addresses] == [404, 200]


async def test_the_api_opens_shows_and_closes_a_feed(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    program = Program(client, await marketplace.token(person))
    assert await program.get("/me/calendar-feed") == {"is_open": False, "created_at": None}
    opened = await program.post("/me/calendar-feed", {"current_password": PASSWORD})
    assert opened.keys() == {"url", "created_at"}
    assert (await client.get(opened["url"])).status_code == 200
    assert await program.get("/me/calendar-feed") == {"is_open": True, "created_at": opened["created_at"]}
    for _ in range(2):
        assert (await program.call("DELETE", "/me/calendar-feed")).status_code == 204
    assert (await client.get(opened["url"])).status_code == 404
    assert await program.get("/me/calendar-feed") == {"is_open": False, "created_at": None}


async def test_the_api_refuses_without_the_password(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    program = Program(client, await marketplace.token(await marketplace.client()))
    refused = await program.post("/me/calendar-feed", {"current_password": "not the password"}, status=422)
    assert refused["code"] == "wrong_current_password"
    await program.post("/me/calendar-feed", {}, status=422)


async def test_a_feeds_token_opens_nothing_else(
    new_browser: NewBrowser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    token = (await open_feed(marketplace, await marketplace.client())).split("/")[-1].removesuffix(".ics")
    assert (await client.get("/bookings", headers={"Cookie": f"sid={token}"})).status_code == 303
    answer = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
