"""The demo is a market that anybody can look at, use and leave, and that obeys every rule of a real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from PIL import Image

from application.accounts.callers import Caller
from application.accounts.log_in import LogInCommand
from application.bookings.views import BookingFilter, BookingView
from application.consultants.views import DiscoveryQuery
from application.notifications.views import NotificationFilter
from application.paging import PageRequest
from application.product import Product
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import check_password, check_security_answer
from domain.bookings import BookingStatus
from infrastructure.demo.accounts import PASSWORD, SECURITY_ANSWER, SECURITY_QUESTION
from infrastructure.demo.charges import import_demo_charges
from infrastructure.demo.consultants import CONSULTANTS
from infrastructure.demo.demo_data import PEOPLE, load_demo_data
from infrastructure.demo.history import Visit, make_up
from infrastructure.demo.people import DEMO_CLIENT
from infrastructure.demo.slots import services_of, slots_around
from infrastructure.demo.timetables import sessions, weekly
from infrastructure.paystack.sandbox.app import build_sandbox
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.postgres.database import Database
from infrastructure.secrets.common_secrets import FrequencyLists
from tests.lifespans import running
from tests.marketplace import Marketplace

ALL = PageRequest(limit=100)


@pytest.fixture
async def log_ins(product: Product, database: Database) -> dict[str, Caller]:
    """The demo, with somebody of each role logged in by the password that a developer is told."""
    accounts = await load_demo_data(product, database)
    assert accounts is not None
    callers = {}
    for role, username in accounts.by_role.items():
        session = await product.log_in(
            LogInCommand(identifier=username, password=accounts.password, address="127.0.0.1", user_agent="test")
        )
        caller = await product.callers.by_session(product.secrets.hash_of(session.key))
        assert caller is not None
        callers[role] = caller
    return callers


async def own_bookings(product: Product, client: Caller) -> list[BookingView]:
    page = await product.booking_queries.of_client(client.account_id, BookingFilter(page=ALL))
    return page.items


async def test_each_role_has_a_log_in_that_works(log_ins: dict[str, Caller]) -> None:
    assert {role: caller.role for role, caller in log_ins.items()} == {
        "client": "client",
        "consultant": "consultant",
        "operator": "operator",
    }


async def test_visitors_find_many_consultants_with_free_sessions_reviews_and_pictures(
    product: Product, log_ins: dict[str, Caller]
) -> None:
    cards = (await product.consultant_queries.discover(DiscoveryQuery(page=ALL))).items

    assert len(cards) == len(CONSULTANTS) >= 14
    assert all(card.next_free_slot for card in cards)
    assert {card.slug: card.rating.count for card in cards} == {
        consultant.slug: consultant.reviews for consultant in CONSULTANTS
    }
    assert {card.slug for card in cards if card.picture_url} == {
        consultant.slug for consultant in CONSULTANTS if consultant.has_picture
    }
    assert {"Africa/Lagos", "Asia/Kathmandu", "America/New_York"} <= {card.time_zone for card in cards}


async def test_pictures_are_stored_as_the_product_stores_them(
    product: Product, log_ins: dict[str, Caller]
) -> None:
    picture = await product.pictures.read(log_ins["consultant"].picture or "")

    assert picture is not None
    with Image.open(BytesIO(picture)) as image:
        assert image.format == "WEBP"


async def test_sessions_on_offer_are_private_group_and_free_with_some_taken(
    product: Product, database: Database, log_ins: dict[str, Caller]
) -> None:
    offered = await database.pool.fetchrow("""
        SELECT max(starts_at) - now() > interval '4 weeks' AS reach_far,
          count(*) FILTER (WHERE price_amount = 0) AS free,
          count(*) FILTER (WHERE capacity = 1 AND seats_taken = 1) AS private_taken,
          count(*) FILTER (WHERE capacity > 1 AND seats_taken = 0) AS group_empty,
          count(*) FILTER (WHERE capacity > 1 AND seats_taken BETWEEN 1 AND capacity - 1) AS group_partly,
          count(*) FILTER (WHERE capacity > 1 AND seats_taken = capacity) AS group_full
        FROM slots WHERE starts_at > now()""")

    assert offered is not None
    assert all(offered.values()), dict(offered)


async def test_every_booking_can_be_explained_by_its_history_and_its_payment(
    database: Database, log_ins: dict[str, Caller]
) -> None:
    unexplained = await database.pool.fetch("""
        SELECT b.id FROM bookings b
        WHERE b.status <> (SELECT status FROM booking_transitions WHERE booking_id = b.id ORDER BY id DESC LIMIT 1)
          OR b.created_at <> (SELECT min(at) FROM booking_transitions WHERE booking_id = b.id)
          OR b.created_at >= b.starts_at
          OR EXISTS (SELECT FROM booking_transitions WHERE booking_id = b.id AND at > now())
          OR (b.price_amount > 0) <> EXISTS (SELECT FROM payments WHERE booking_id = b.id AND status = 'success'
            AND amount = b.price_amount AND pays_for_booking AND paid_at < b.starts_at AND next_check_at IS NULL)
          OR EXISTS (SELECT FROM reviews
            WHERE booking_id = b.id AND created_at NOT BETWEEN b.ends_at AND now())""")

    assert unexplained == []
    assert await database.pool.fetchval("SELECT count(*) FROM bookings WHERE status = 'completed'") > 80


async def test_the_demo_client_and_consultant_can_finish_what_is_left_to_do(
    product: Product, log_ins: dict[str, Caller]
) -> None:
    client, consultant = log_ins["client"], log_ins["consultant"]
    now = datetime.now(UTC)
    bookings = await own_bookings(product, client)
    upcoming = [booking for booking in bookings if booking.starts_at > now]
    [waiting] = [booking for booking in bookings if booking.ends_at < now and booking.status == "confirmed"]

    assert [booking.status for booking in upcoming] == ["confirmed", "confirmed"]
    assert sorted(booking.meeting_link is None for booking in upcoming) == [False, True]

    await product.complete_session(consultant, waiting.id)
    unreviewed = []
    for booking in await own_bookings(product, client):
        details = await product.booking_queries.details(client.account_id, booking.id)
        assert details is not None
        if details.status == BookingStatus.COMPLETED and details.review is None:
            unreviewed.append(booking)
    assert waiting.id in [booking.id for booking in unreviewed]
    assert len(unreviewed) == 2
    for booking in unreviewed:
        await product.write_review(client, WriteReviewCommand(booking_id=booking.id, rating=5, comment="Good."))


async def test_loading_again_changes_nothing(product: Product, database: Database) -> None:
    first = await load_demo_data(product, database)
    again = await load_demo_data(product, database)

    assert again == first is not None
    assert await database.pool.fetchval("SELECT count(*) FROM accounts") == len(PEOPLE)


async def test_other_peoples_accounts_are_left_alone(
    product: Product, database: Database, marketplace: Marketplace
) -> None:
    await marketplace.client()

    assert await load_demo_data(product, database) is None
    assert await database.pool.fetchval("SELECT count(*) FROM accounts") == 1


def test_the_password_and_the_answer_pass_the_rules_for_everybody() -> None:
    common = FrequencyLists()
    for person in PEOPLE:
        check_password(PASSWORD, person.person, common.passwords)
        check_security_answer(
            SECURITY_QUESTION,
            SECURITY_ANSWER,
            person=person.person,
            password=PASSWORD,
            common_answers=common.answers,
        )


def test_a_session_keeps_its_wall_time_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/London")
    first = datetime(2026, 3, 27, tzinfo=zone).date()  # British clocks go forward on 29 March 2026

    spans = [
        span for _, span in sessions(weekly("Sat Mon", "18:00"), zone, first=first, last=first + timedelta(3))
    ]

    assert [span.starts_at.hour for span in spans] == [18, 17]
    assert [span.starts_at.astimezone(zone).hour for span in spans] == [18, 18]


@pytest.mark.parametrize("start", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)])
def test_the_story_holds_on_every_day_and_at_every_hour(start: datetime) -> None:
    for step in range(60):
        now = start + timedelta(hours=37) * step
        own = [visit for visit in story(now) if visit.client == DEMO_CLIENT]

        assert [visit.slot.span.is_over(now) for visit in own] == [True, True, True, True, False, False]
        assert [visit.is_completed for visit in own] == [False, True, True, True, False, False]
        assert [visit.remark is not None for visit in own] == [False, False, True, True, False, False]


def test_the_story_is_the_same_each_time() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def told() -> list[tuple[object, ...]]:
        return [
            (visit.client, visit.slot.span, visit.booked_at, visit.reason, visit.remark) for visit in story(now)
        ]

    assert told() == told()


def story(now: datetime) -> list[Visit]:
    slots = {}
    for consultant in CONSULTANTS:
        consultant_id = uuid4()
        slots[consultant.username] = slots_around(
            now, consultant, consultant_id, services_of(consultant, consultant_id)
        )
    return make_up(slots, now)


async def test_the_sandbox_knows_the_charges_of_the_demo_and_can_refund_them(
    product: Product, database: Database, tmp_path: Path
) -> None:
    await load_demo_data(product, database)
    settings = SandboxSettings(
        secret_key="sk_test_of_the_demo",
        public_key="pk_test_of_the_demo",
        public_url="http://paystack.test",
        webhook_url=None,
        database=str(tmp_path / "sandbox.sqlite3"),
    )
    for _ in range(2):  # every start does it
        await import_demo_charges(database, settings)
    payment = await database.pool.fetchrow(
        "SELECT paystack_id, reference, charged_amount, currency, fees, paid_at FROM payments LIMIT 1"
    )
    app = build_sandbox(settings)
    async with (
        running(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=cast(Any, app)),
            base_url="http://paystack.test",
            headers={"Authorization": f"Bearer {settings.secret_key}"},
        ) as client,
    ):
        listed = (await client.get("/transaction")).json()
        verified = (await client.get(f"/transaction/verify/{payment['reference']}")).json()["data"]
        refund = await client.post("/refund", json={"transaction": payment["paystack_id"]})

    charges = await database.pool.fetchval("SELECT count(*) FROM payments WHERE paystack_id IS NOT NULL")
    assert listed["meta"]["total"] == charges > 0
    assert (verified["id"], verified["status"]) == (payment["paystack_id"], "success")
    assert (verified["amount"], verified["currency"], verified["fees"]) == (
        payment["charged_amount"],
        payment["currency"],
        payment["fees"],
    )
    assert datetime.fromisoformat(verified["paid_at"]) == payment["paid_at"].replace(microsecond=0)
    assert refund.status_code == 200


async def test_everybody_has_read_their_news_but_for_the_latest(
    product: Product, log_ins: dict[str, Caller]
) -> None:
    for role in ("client", "consultant"):
        page = await product.notification_queries.of_account(
            log_ins[role].account_id, NotificationFilter(page=ALL)
        )
        read = [told.read_at is not None for told in page.items]
        assert read == sorted(read)
        assert 0 < sum(read) < len(read)
    assert log_ins["client"].unread
