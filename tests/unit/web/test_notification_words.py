"""What every kind of notification says, and where it leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from markupsafe import escape

from application.accounts.callers import MOST_UNREAD
from application.money_view import MoneyView
from application.notifications.views import Facts, NotificationView
from domain.accounts import Role
from domain.notifications import CONTENTS, Fact, Kind, Subject
from interfaces.web import notification_words
from interfaces.web.static_files import FOLDER

LAGOS = ZoneInfo("Africa/Lagos")
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ID = UUID(int=7)
FACTS = {
    Fact.STARTS_AT: datetime(2026, 12, 1, 8, 15, tzinfo=UTC),
    Fact.MOVED_FROM: datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
    Fact.UNTIL: datetime(2026, 12, 3, 10, 45, tzinfo=UTC),
    Fact.AMOUNT: MoneyView(123_400, "NGN"),
    Fact.ACTOR: "operator",
    Fact.RATING: 4,
    Fact.BANK: "Zenith Bank",
    Fact.LAST_FOUR: "6789",
    Fact.BY_CODE: True,
    Fact.USER_AGENT: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    Fact.NETWORK: "105.112.0.0",
    Fact.ITEM: "refund_stuck",
    Fact.ABOUT: str(ID),
}
SAID = {
    Fact.STARTS_AT: "1 Dec 2026, 9:15 am",
    Fact.MOVED_FROM: "2 Dec 2026, 10:30 am",
    Fact.UNTIL: "3 Dec 2026, 11:45 am",
    Fact.AMOUNT: "₦1,234.00",
    Fact.ACTOR: "Imoran cancelled",
    Fact.RATING: "4 out of 5 stars",
    Fact.BANK: "Zenith Bank",
    Fact.LAST_FOUR: "6789",
    Fact.BY_CODE: "with a recovery code",
    Fact.USER_AGENT: "Firefox on Linux",
    Fact.NETWORK: "105.112.0.0",
    Fact.ITEM: "A refund that does not go through",
    Fact.ABOUT: "",
}
"""What a reader in Lagos sees of each; what an item is about stands on its own page."""
CLIENT_KINDS = list(Kind)[: list(Kind).index(Kind.BOOKING_NEW)]
CONSULTANT_KINDS = list(Kind)[list(Kind).index(Kind.BOOKING_NEW) : list(Kind).index(Kind.PASSWORD_CHANGED)]


def role_of(kind: Kind) -> Role:
    """Who is told such things, of those who are the only ones."""
    if kind is Kind.NEW_ITEM:
        return Role.OPERATOR
    return Role.CLIENT if kind in CLIENT_KINDS else Role.CONSULTANT


def told(kind: Kind, *, with_all: bool = True, role: Role | None = None, **facts: object) -> NotificationView:
    """One of a kind, with the facts that it may have, or with those that it must."""
    content = CONTENTS[kind]
    names = content.facts | (content.maybe if with_all else frozenset())
    return NotificationView(
        id=UUID(int=1),
        kind=kind,
        subject_id=ID if content.subject else None,
        facts=Facts(**({name.value: FACTS[name] for name in names} | facts)),  # type: ignore[arg-type]  # by name
        person="Ada <Obi>" if content.subject in (Subject.BOOKING, Subject.SLOT) else None,
        service=None,
        recipient_role=role or role_of(kind),
        time_zone=None,
        created_at=NOW,
        read_at=None,
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("with_all", [True, False])
def test_every_kind_says_all_that_there_is_to_it(kind: Kind, with_all: bool) -> None:
    notification = told(kind, with_all=with_all)
    said = notification_words.text(notification, LAGOS)
    content = CONTENTS[kind]
    for fact in content.facts | (content.maybe if with_all else frozenset()):
        assert SAID[fact] in said, fact
    assert said.endswith(".")
    assert not re.search(r"[{}]|None|  |\(\)| ,|\.\.", said), said
    if content.facts & {Fact.STARTS_AT, Fact.UNTIL}:
        assert "(Africa/Lagos)" in said


@pytest.mark.parametrize("kind", Kind)
def test_pages_mark_instants_and_let_no_name_in_as_markup(kind: Kind) -> None:
    said = notification_words.markup(told(kind), LAGOS)
    plain = notification_words.text(told(kind), LAGOS)
    assert said.count("<time datetime=") == plain.count(" (Africa/Lagos)")
    assert re.sub(r"</?time[^>]*>", "", said) == escape(plain.replace(" (Africa/Lagos)", ""))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_drawing_and_leads_to_a_page_of_its_reader(kind: Kind) -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (FOLDER / "vendor/icons/icons.svg").read_text())
    notification = told(kind)
    assert notification_words.icon(notification) in drawn
    address = notification_words.address(notification)
    if kind in CLIENT_KINDS:
        assert address.startswith(("/bookings/", "/book/", "/waiting"))
    elif kind in CONSULTANT_KINDS:
        assert address.startswith("/consultant/")
    else:
        assert address.startswith("/operator/items/" if kind is Kind.NEW_ITEM else "/account")
    if CONTENTS[kind].subject is Subject.BOOKING and kind is not Kind.REVIEW_NEW:
        assert str(ID) in address


def test_whatever_a_notification_may_hold_is_a_field_of_its_facts() -> None:
    assert list(Facts.__struct_fields__) == [fact.value for fact in Fact]
    assert set(CONTENTS) == set(Kind)
    assert {fact for content in CONTENTS.values() for fact in content.facts | content.maybe} == set(Fact)


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (Kind.BOOKING_CANCELLED, {"actor": "consultant"}, "Ada <Obi> cancelled your session on"),
        (Kind.BOOKING_CANCELLED, {"actor": "operator"}, "Imoran cancelled your session with Ada <Obi> on"),
        (Kind.BOOKING_CALLED_OFF, {"actor": "client"}, "Ada <Obi> cancelled the session on"),
        (Kind.PASSWORD_RESET, {"by_code": False}, "and payouts rest until Thu 26 Nov 2026, 2:00 pm"),
        (Kind.NEW_BROWSER, {"network": None}, "in a new browser: Firefox on Linux. If"),
        (Kind.NEW_ITEM, {"item": "of next year"}, "New on the operators' list: Something to look at."),
    ],
)
def test_what_depends_on_how_it_came(kind: Kind, facts: dict[str, Any], said: str) -> None:
    assert said in notification_words.text(told(kind, **facts), LAGOS)


def test_a_client_whose_question_was_answered_has_no_payouts_that_rest() -> None:
    notification = told(Kind.PASSWORD_RESET, role=Role.CLIENT, by_code=False)
    assert "payouts" not in notification_words.text(notification, LAGOS)


def test_days_are_those_of_the_reader() -> None:
    late = told(Kind.PASSWORD_CHANGED)
    today = notification_words.by_day([late], LAGOS, NOW)
    assert [(day.on.day, len(day.notifications)) for day in today] == [(23, 1)]
    [tomorrow] = notification_words.by_day([late], ZoneInfo("Pacific/Auckland"), NOW + timedelta(hours=1))
    assert tomorrow.on.day == 24


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1"), (MOST_UNREAD, str(MOST_UNREAD)), (MOST_UNREAD + 1, f"{MOST_UNREAD}+")]
)
def test_a_bell_counts_up_to_a_point(count: int, said: str) -> None:
    assert notification_words.unread_in_words(count) == said
