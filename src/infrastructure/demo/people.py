"""Who is in the demo: the clients, the operator, and what is told of a consultant."""

from __future__ import annotations

from dataclasses import dataclass

from domain.accounts import Person, Role
from domain.consultants import CancellationPolicy
from infrastructure.demo.timetables import Offer


@dataclass(frozen=True)
class Remark:
    """What a client says after a session."""

    rating: int
    comment: str


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody with an account."""

    username: str
    first_name: str
    last_name: str
    role: Role = Role.CLIENT
    has_picture: bool = False

    @property
    def person(self) -> Person:
        """As the product knows people; example.com is reserved (RFC 2606), so no message reaches anybody."""
        return Person(
            username=self.username,
            email=f"{self.username}@example.com",
            first_name=self.first_name,
            last_name=self.last_name,
            phone_number=None,
        )


@dataclass(frozen=True, kw_only=True)
class DemoConsultant(DemoPerson):
    """Somebody who offers sessions. `naira` is the usual price, in whole naira.

    `reasons` are what clients come with, `remarks` what they say afterwards, `reviews` how many of them do.
    """

    role: Role = Role.CONSULTANT
    headline: str
    bio: str
    specializations: tuple[str, ...]
    languages: tuple[str, ...]
    time_zone: str
    naira: int
    policy: CancellationPolicy
    offers: tuple[Offer, ...]
    reasons: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()
    reviews: int = 0

    @property
    def slug(self) -> str:
        """The name, as an address."""
        return f"{self.first_name}-{self.last_name}".lower()


DEMO_CLIENT = DemoPerson(username="client", first_name="Adaeze", last_name="Okafor", has_picture=True)

REGULARS = (
    DemoPerson(username="emeka.udo", first_name="Emeka", last_name="Udo"),
    DemoPerson(username="bisi.ogunleye", first_name="Bisi", last_name="Ogunleye", has_picture=True),
    DemoPerson(username="kwame.boateng", first_name="Kwame", last_name="Boateng"),
    DemoPerson(username="zoe.adamu", first_name="Zoë", last_name="Adamu"),
    DemoPerson(username="ibrahim.yusuf", first_name="Ibrahim", last_name="Yusuf"),
)
"""Clients who have booked for a while; the past of the demo is mostly theirs."""

DEMO_OPERATOR = DemoPerson(username="operator", first_name="Morenike", last_name="Ajayi", role=Role.OPERATOR)
