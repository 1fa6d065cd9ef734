"""A consultant's timetable as services and slots, some weeks back and some weeks ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.availability import NO_BUFFERS, Slot, SlotStatus, SlotTerms
from domain.money import Money
from domain.services import Service
from infrastructure.demo.people import DemoConsultant
from infrastructure.demo.timetables import Offer, sessions
from infrastructure.identity import new_id

PAST = timedelta(weeks=8)
FUTURE = timedelta(weeks=5)
SHORTEST_NOTICE = timedelta(hours=1)


def services_of(consultant: DemoConsultant, consultant_id: UUID) -> list[Service]:
    """One for each kind of session that the consultant has a name for."""
    kinds = {offer.kind: offer for offer in consultant.offers if offer.kind}
    return [
        Service(
            id=new_id(),
            consultant_id=consultant_id,
            name=kind.name,
            description=kind.about,
            length=offer.length,
            price=_price(offer, consultant),
            capacity=offer.seats,
            buffers=NO_BUFFERS,
        )
        for kind, offer in kinds.items()
        if kind
    ]


def slots_around(
    now: datetime, consultant: DemoConsultant, consultant_id: UUID, services: Iterable[Service]
) -> list[Slot]:
    """In the order of time: over, or not to begin within the hour; nothing is under way."""
    service_ids = {service.name: service.id for service in services}
    zone = ZoneInfo(consultant.time_zone)
    today = now.astimezone(zone).date()
    return [
        Slot(
            id=new_id(),
            consultant_id=consultant_id,
            terms=SlotTerms(
                span=span,
                capacity=offer.seats,
                price=_price(offer, consultant),
                service_id=service_ids[offer.kind.name] if offer.kind else None,
            ),
            status=SlotStatus.OPEN,
            seats_taken=0,
        )
        for offer, span in sessions(consultant.offers, zone, first=today - PAST, last=today + FUTURE)
        if span.is_over(now) or not span.has_begun(now + SHORTEST_NOTICE)
    ]


def _price(offer: Offer, consultant: DemoConsultant) -> Money:
    return Money((consultant.naira if offer.naira is None else offer.naira) * 100, "NGN")
