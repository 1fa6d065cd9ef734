"""For developers: every component in all its states, on one page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, get, post

from application.consultants.views import ConsultantCard, RatingView, SlotView
from application.money_view import MoneyView
from domain.refusals import FieldError, Invalid
from interfaces.web.forms.form import Form
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import visitor_of

LAGOS, NEW_YORK = ZoneInfo("Africa/Lagos"), ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 23, 13, tzinfo=UTC)
LONG_NAME = "Oluwafunmilayo-Adebisi Ogunwusi-Adeyemi"


class SampleForm(Form):
    """One field of each kind."""

    FIELDS: ClassVar[tuple[str, ...]] = ("name", "price", "password", "kind", "reason", "zone", "rating", "agreed")
    SECRET: ClassVar[frozenset[str]] = frozenset({"password"})


class DesignController(Controller):
    """Not in production."""

    path = "/design"

    @get("/")
    async def components(self, request: Request[Any, Any, Any]) -> Page:
        """All of them; with `?fields=wrong` the fields say what is wrong with them."""
        is_wrong = request.query_params.get("fields") == "wrong"
        return Page(
            "design.html",
            form=_wrong_form() if is_wrong else SampleForm({"name": "Ada", "price": "5,000", "rating": "4"}),
            prices=[MoneyView(amount, "NGN") for amount in (0, 500_000, -250_000, 123_456_700)],
            ratings=[RatingView(None, 0), RatingView(5.0, 1), RatingView(4.8, 500)],
            cards=[_card("Ada Okafor", 4.8, 32, slot=_slot(1)), _card(LONG_NAME, None, 0, slot=None)],
            long_name=LONG_NAME,
            noon=NOON,
            hour=timedelta(hours=1),
            lagos=LAGOS,
            new_york=NEW_YORK,
            choice=visitor_of(request).choose_zone(request, fallback="Africa/Lagos"),
        )

    @get("/question")
    async def question(self) -> Page:
        """A page that asks before a dangerous step."""
        return Page("design_question.html")

    @post("/question")
    async def answer(self) -> SeeOther:
        """The dangerous step, which does nothing."""
        return SeeOther("/design", success="Sample ended")

    @get("/toast")
    async def toast(self) -> SeeOther:
        """A message for the next page."""
        return SeeOther("/design", success="Link saved")


def _wrong_form() -> SampleForm:
    form = SampleForm({"name": "", "price": "5,000.505", "kind": "", "reason": "A lease."})
    form.take(
        Invalid(
            [
                FieldError("name", "Enter your name."),
                FieldError("price", "Use at most two digits after the point."),
                FieldError("password", "Enter your password."),
                FieldError("kind", "Choose what brings you here."),
                FieldError("zone", "Choose a time zone."),
                FieldError("reason", "Say in a sentence what the session is about."),
                FieldError("rating", "Choose one to five stars."),
                FieldError("agreed", "Tick the box to go on."),
            ]
        )
    )
    return form


def _slot(number: int) -> SlotView:
    return SlotView(
        id=UUID(int=number),
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
        capacity=1,
        seats_left=1,
        price=MoneyView(500_000, "NGN"),
    )


def _card(name: str, average: float | None, count: int, *, slot: SlotView | None) -> ConsultantCard:
    return ConsultantCard(
        slug="sample",
        name=name,
        headline="Contracts and leases without tears",
        specializations=["Law", "Leases"],
        languages=["English", "Yoruba"],
        time_zone="Africa/Lagos",
        default_price=MoneyView(123_456_700, "NGN"),
        price_from=MoneyView(123_456_700, "NGN"),
        rating=RatingView(average, count),
        picture_url=None,
        next_free_slot=slot,
    )
