"""Services: the kinds of session that a consultant offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.availability import Buffers, check_offer
from domain.money import Money
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence
from domain.text import is_clean, is_plain_name

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 2000
MINUTE = timedelta(minutes=1)
SHORTEST_SESSION = timedelta(minutes=5)
LONGEST_SESSION = timedelta(hours=24)


class ServiceNameTaken(Refusal):
    """The consultant offers another service of that name."""

    code = "service_name_taken"
    sentence = "You already offer a service of that name."


class ServiceNotOffered(Refusal):
    """The service was withdrawn; new sessions of it cannot be published."""

    code = "service_not_offered"
    sentence = "This service is not offered any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A named kind of session. Raises `Invalid` with every field that breaks a bound.

    Its length, price, capacity and buffers are what a new slot of it begins with; slots that are published
    keep what they were published with. A price of 0 makes it a free introduction.
    """

    id: UUID
    consultant_id: UUID
    name: str
    description: str
    length: timedelta
    price: Money
    capacity: int
    buffers: Buffers
    is_offered: bool = True
    version: int = 1

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(
            len(self.name) <= LONGEST_NAME and is_plain_name(self.name),
            "name",
            Sentence("Name the service in at most {longest} characters.", longest=LONGEST_NAME),
        )
        check.require(
            len(self.description) <= LONGEST_DESCRIPTION and is_clean(self.description, lines=True),
            "description",
            Sentence("Use at most {longest:,} characters.", longest=LONGEST_DESCRIPTION),
        )
        check.require(
            SHORTEST_SESSION <= self.length <= LONGEST_SESSION and self.length % MINUTE == timedelta(0),
            "length_minutes",
            "A session lasts from 5 minutes to 24 hours.",
        )
        check_offer(check, capacity=self.capacity, price=self.price)
        check.done()

    def require_offered(self) -> None:
        """Raises `ServiceNotOffered` unless new sessions of it can be published."""
        if not self.is_offered:
            raise ServiceNotOffered
