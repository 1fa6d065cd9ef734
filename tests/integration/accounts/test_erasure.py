"""Deleting an account: what stands in the way, what goes, what stays, and what comes too late."""

from __future__ import annotations

import asyncio
import io
import json
from zipfile import ZipFile

import pytest
from PIL import Image

from application.accounts.callers import Caller
from application.accounts.choose_preferences import ChoosePreferences
from application.accounts.update_account import UpdateAccountCommand
from application.bookings.reserve_seat import ReserveSeatCommand
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import InvalidCredentials, Preferences, Role, Theme
from domain.erasure import CannotErase, Hindrance, OperatorStays
from domain.money import Money
from domain.refusals import Invalid, NotFound, Refusal
from interfaces.http.account_archives import _write
from tests.integration.accounts.people import log_in, proven, registration, session_caller, token_caller
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def named(marketplace: Marketplace, caller: Caller, canary: str) -> Caller:
    """Somebody whose every personal field says who they are."""
    browser = await proven(marketplace, caller)
    await marketplace.product.update_account(
        browser,
        UpdateAccountCommand(
            first_name=f"{canary}first",
            last_name=f"{canary}last",
            email=f"{canary}@example.com",
            phone_number="08031234567",
        ),
    )
    return browser


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 400), "red").save(file, "PNG")
    return file.getvalue()


async def hits(marketplace: Marketplace, canary: str) -> dict[str, int]:
    """In which tables somebody's name still stands, and how often."""
    pool = marketplace.database.pool
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for row in tables:
        table = row["tablename"]
        count = await pool.fetchval(
            f"SELECT count(*) FROM {table} t WHERE strpos(lower(row_to_json(t)::text), lower($1)) > 0", canary
        )
        if count:
            found[table] = count
    return found


async def test_nothing_personal_is_left_of_a_client(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    browser = await named(marketplace, client, "canary")
    token = await marketplace.token(client)
    await marketplace.product.make_recovery_codes(browser)
    await marketplace.product.set_picture(browser, picture())
    slot = await marketplace.slot(consultant, price=FREE)
    booking = await marketplace.product.reserve_seat(
        client, ReserveSeatCommand(slot_id=slot.id, reason="canary has trouble with a lease")
    )
    await marketplace.move_into_past(slot.id)
    await marketplace.product.complete_session(consultant, booking.id)
    await marketplace.product.write_review(
        client, WriteReviewCommand(booking_id=booking.id, rating=5, comment="Very clear advice")
    )
    await marketplace.product.start_recovery("canary@example.com", address="10.0.0.1")
    opened = await log_in(marketplace, client.username)

    await marketplace.product.erase_account(browser)

    assert await hits(marketplace, "canary") == {}
    assert await session_caller(marketplace, opened.key) is None
    assert await token_caller(marketplace, token) is None
    with pytest.raises(InvalidCredentials):
        await log_in(marketplace, client.username)
    pool = marketplace.database.pool
    for table in ("sessions", "api_tokens", "recovery_codes", "calendar_feeds", "recoveries"):
        assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    review = await pool.fetchrow(
        "SELECT r.comment, r.rating FROM reviews r JOIN bookings b ON b.id = r.booking_id"
    )
    assert (review["comment"], review["rating"]) == ("Very clear advice", 5)
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE topic = 'pictures.remove'") == 1
    assert await pool.fetchval("SELECT count(*) FROM audit_entries WHERE kind = 'account.erased'") == 1


async def test_a_consultant_is_not_to_be_found_any_more(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slug = await marketplace.slug(consultant)
    slot = await marketplace.slot(consultant, price=FREE)
    await marketplace.product.erase_account(await named(marketplace, consultant, "canary"))
    assert await hits(marketplace, "canary") == {}
    assert await hits(marketplace, "Contracts without tears") == {}
    assert await marketplace.product.consultant_queries.consultant(slug) is None
    with pytest.raises(Refusal):
        await marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="A lease"))


async def test_a_username_and_an_address_are_free_again(marketplace: Marketplace) -> None:
    account = await marketplace.product.register_account(registration())
    opened = await log_in(marketplace, account.person.username)
    caller = await session_caller(marketplace, opened.key)
    assert caller is not None
    await marketplace.product.erase_account(caller)
    assert (await marketplace.product.register_account(registration())).id != account.id


async def test_a_coming_session_and_its_payment_stand_in_the_way_of_both(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, slot)
    await marketplace.started_payment(client, booking)
    for caller in (client, consultant):
        with pytest.raises(CannotErase) as refusal:
            await marketplace.product.erase_account(await proven(marketplace, caller))
        assert refusal.value.hindrances == (Hindrance.SESSIONS, Hindrance.PAYMENTS)
        assert await marketplace.product.account_queries.hindrances(caller.account_id) == list(
            refusal.value.hindrances
        )


async def test_what_a_consultant_is_owed_stands_in_the_way(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
    with pytest.raises(CannotErase) as refusal:
        await marketplace.product.erase_account(await proven(marketplace, consultant))
    assert refusal.value.hindrances == (Hindrance.EARNINGS,)
    await marketplace.product.erase_account(await proven(marketplace, client))
    receipt = await marketplace.database.pool.fetchrow("SELECT client_email FROM receipts")
    assert receipt["client_email"].endswith("@example.com")
    assert (
        await marketplace.database.pool.fetchval("SELECT customer_email FROM payments") != receipt["client_email"]
    )


async def test_an_operator_stays(marketplace: Marketplace) -> None:
    with pytest.raises(OperatorStays):
        await marketplace.product.erase_account(
            await proven(marketplace, await marketplace.account(Role.OPERATOR))
        )


async def test_booking_and_leaving_at_once_never_leaves_a_seat_to_nobody(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=20, price=FREE)
    clients = [await marketplace.client() for _ in range(4)]
    browsers = [await proven(marketplace, client) for client in clients]
    work = [
        asyncio.gather(
            marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="A lease")),
            marketplace.product.erase_account(browser),
            return_exceptions=True,
        )
        for client, browser in zip(clients, browsers, strict=True)
    ]
    for booked, erased in await asyncio.gather(*work):
        assert isinstance(booked, Refusal) != isinstance(erased, Refusal), (booked, erased)
    assert not await marketplace.database.pool.fetchval(
        "SELECT count(*) FROM bookings b JOIN accounts a ON a.id = b.client_id WHERE a.status = 'erased'"
    )


async def test_of_many_who_delete_the_same_account_at_once_one_does(marketplace: Marketplace) -> None:
    browser = await proven(marketplace, await marketplace.client())
    outcomes = await asyncio.gather(
        *(marketplace.product.erase_account(browser) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["ProofNeeded"] * 3


async def test_an_export_holds_everything_of_ones_own_and_nothing_of_anybody_else(
    marketplace: Marketplace,
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    browser, other = await named(marketplace, client, "mine"), await named(marketplace, consultant, "theirs")
    await marketplace.product.set_picture(browser, picture())
    slot = await marketplace.slot(consultant)
    await marketplace.confirmed_booking(client, slot)
    exports = {}
    for name, caller in (("mine", browser), ("theirs", other)):
        export = await marketplace.product.export_account(caller)
        file = io.BytesIO()
        await _write(file, export)
        exports[name] = file

    archive = ZipFile(exports["mine"])
    assert archive.namelist() == ["account.json", "picture.webp"]
    records = json.loads(archive.read("account.json"))
    assert records["account"][0]["email"] == "mine@example.com"
    assert [len(records[name]) for name in ("bookings", "payments", "receipts", "slots")] == [1, 1, 1, 0]
    assert records["bookings"][0]["reason"] == "A lease"
    assert "theirs@example.com" not in json.dumps(records)
    theirs = ZipFile(exports["theirs"]).read("account.json").decode()
    assert len(json.loads(theirs)["sessions_given"]) == 1
    assert "mine" not in theirs
    assert "A lease" not in theirs
    for secret in ("argon2", "hash", "recipient_code"):
        assert secret not in json.dumps(records) + theirs


async def test_preferences_are_kept_and_leave_the_version_alone(marketplace: Marketplace) -> None:
    browser = await proven(marketplace, await marketplace.client())
    wanted = Preferences(time_zone="Africa/Lagos", has_long_day=True, theme=Theme.LIGHT, language="en")
    await marketplace.product.choose_preferences(browser, wanted)
    assert await marketplace.product.account_queries.preferences(browser.account_id) == wanted
    account = await marketplace.product.account_queries.account(browser.account_id)
    assert account is not None
    assert account.version == 1


@pytest.mark.parametrize("wanted", [Preferences(time_zone="Mars/Base"), Preferences(language="xx")])
async def test_what_is_not_on_offer_cannot_be_preferred(marketplace: Marketplace, wanted: Preferences) -> None:
    choose: ChoosePreferences = marketplace.product.choose_preferences
    with pytest.raises(Invalid):
        await choose(await marketplace.client(), wanted)


async def test_one_ends_ones_own_sessions_and_nobody_elses(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    here, there = await proven(marketplace, client), await log_in(marketplace, client.username)
    foreign = await proven(marketplace, other)
    sessions = await marketplace.product.account_queries.sessions(client.account_id, here.session_id)
    assert [session.is_current for session in sessions] == [True, False]
    with pytest.raises(NotFound):
        await marketplace.product.end_session(foreign, sessions[1].id)
    assert await marketplace.product.end_session(here, sessions[1].id) is False
    assert await session_caller(marketplace, there.key) is None
    more = await log_in(marketplace, client.username)
    assert await marketplace.product.end_other_sessions(here) == 1
    assert await session_caller(marketplace, more.key) is None
    assert await marketplace.product.end_session(here, sessions[0].id) is True
