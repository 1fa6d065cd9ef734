"""A client's sessions: the next one, what waits for its payment, what is ahead, what is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.bookings.views import BookingFilter, BookingQueries
from application.paging import LARGEST_LIMIT, Key, PageRequest
from application.waiting_list.views import WaitingQueries
from domain.accounts import Role
from domain.availability import LONGEST_SESSION
from domain.bookings import BookingStatus
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.sessions import SessionFilterForm
from interfaces.web.pages import Page
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of

SHOWN_AHEAD = 20


class SessionsController(Controller):
    """Only for clients; each sees their own."""

    path = "/bookings"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def sessions(
        self,
        request: Request[Any, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        waiting_queries: NamedDependency[SkipValidation[WaitingQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """All of it; with `?later=` only what is further ahead, with `?cursor=` only what is longer over, and with
        a filter only what fits.
        """
        client_id = caller_of(request).account_id
        form = SessionFilterForm(dict(request.query_params))
        if form.is_in_force:
            return await _filtered(request, form, booking_queries, http_settings)
        later = Cursors(http_settings.cursor_key, f"later-bookings:{client_id}")
        older = Cursors(http_settings.cursor_key, f"past-bookings:{client_id}")
        later_key = later.read(request.query_params.get("later"))
        older_key = older.read(request.query_params.get("cursor"))
        is_first = later_key is None and older_key is None
        unpaid = (await booking_queries.of_client(client_id, _unpaid())).items if is_first else []
        ahead = await booking_queries.of_client(client_id, _ahead(later_key)) if older_key is None else None
        past = await booking_queries.of_client(client_id, _past(older_key)) if later_key is None else None
        confirmed = ahead.items if ahead else []
        over = past.items if past else []
        offers = await waiting_queries.open_offers(client_id) if is_first else []
        zones = [booking.consultant_time_zone for booking in (*confirmed, *unpaid, *over)]
        zones += [offer.consultant_time_zone for offer in offers]
        return Page(
            "bookings.html",
            filters=form,
            offers=offers,
            next_session=confirmed[0] if confirmed and is_first else None,
            unpaid=unpaid,
            upcoming=confirmed[1:] if is_first else confirmed,
            later_cursor=later.write(ahead.next_key) if ahead else None,
            past=over,
            next_cursor=older.write(past.next_key) if past else None,
            is_first=is_first,
            choice=visitor_of(request).choose_zone(request, fallback=[*zones, "UTC"][0]),
        )


async def _filtered(
    request: Request[Any, Any, Any],
    form: SessionFilterForm,
    booking_queries: BookingQueries,
    http_settings: HttpSettings,
) -> Page:
    """One list of what fits, latest session first."""
    client_id = caller_of(request).account_id
    days_in = visitor_of(request).choose_zone(request).zone
    cursors = Cursors(http_settings.cursor_key, f"bookings {form.address}:{client_id}")
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    found = await booking_queries.of_client(client_id, form.wanted(days_in, page))
    zones = [booking.consultant_time_zone for booking in found.items]
    return Page(
        "bookings_found.html",
        filters=form,
        found=found.items,
        next_cursor=cursors.write(found.next_key),
        is_first=page.after is None,
        choice=visitor_of(request).choose_zone(request, fallback=[*zones, "UTC"][0]),
    )


def _unpaid() -> BookingFilter:
    return BookingFilter(
        status=BookingStatus.PENDING, is_ahead=True, soonest_first=True, page=PageRequest(limit=LARGEST_LIMIT)
    )


def _ahead(after: Key | None) -> BookingFilter:
    """What is not over began at the longest session's length ago at most."""
    return BookingFilter(
        status=BookingStatus.CONFIRMED,
        since=datetime.now(UTC) - LONGEST_SESSION,
        is_ahead=True,
        soonest_first=True,
        page=PageRequest(limit=SHOWN_AHEAD, after=after),
    )


def _past(after: Key | None) -> BookingFilter:
    return BookingFilter(is_ahead=False, page=PageRequest(after=after))
