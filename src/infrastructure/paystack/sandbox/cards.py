"""The test cards that Paystack publishes, and what each of them does."""

import re
from typing import Literal

import msgspec

from infrastructure.paystack.sandbox.records import CheckoutStep, RefundEnding

Steps = tuple[Literal["pin", "phone", "otp", "bank"], ...]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One test card: what it asks after the number, and how it ends.

    `refusal` is the gateway's answer when the card does not pay; None means that it pays.
    """

    number: str
    cvv: str
    brand: Literal["visa", "verve", "mastercard"]
    label: str
    steps: Steps = ()
    pin: str | None = None
    otp: str | None = None
    refusal: str | None = None
    is_reusable: bool = False
    refund_ending: RefundEnding = "processed"

    def step_after(self, step: CheckoutStep | None) -> Literal["pin", "phone", "otp", "bank"] | None:
        """Return what to ask next; None when nothing is left to ask."""
        reached = -1 if step is None else [str(known) for known in self.steps].index(step)
        return self.steps[reached + 1] if reached + 1 < len(self.steps) else None

    @property
    def grouped_number(self) -> str:
        return " ".join(re.findall(r"\d{1,4}", self.number))


CARDS: tuple[Card, ...] = (
    Card(number="4084084084084081", cvv="408", brand="visa", label="Pays at once", is_reusable=True),
    Card(
        number="507850785078507812",
        cvv="081",
        brand="verve",
        label="Asks for a PIN, then pays",
        steps=("pin",),
        pin="1111",
    ),
    Card(
        number="5060666666666666666",
        cvv="123",
        brand="verve",
        label="Asks for a PIN and a code, then pays",
        steps=("pin", "otp"),
        pin="1234",
        otp="123456",
    ),
    Card(
        number="507850785078507804",
        cvv="884",
        brand="verve",
        label="Asks for a PIN, a phone number and a code, then pays",
        steps=("pin", "phone", "otp"),
        pin="0000",
        otp="123456",
    ),
    Card(
        number="5192602720584796",
        cvv="123",
        brand="mastercard",
        label="Goes through the bank's own page",
        steps=("bank",),
        is_reusable=True,
    ),
    Card(number="4084080000005408", cvv="001", brand="visa", label="Is declined", refusal="Declined"),
    Card(
        number="507850785078507853",
        cvv="082",
        brand="verve",
        label="Asks for a PIN, then fails: no token",
        steps=("pin",),
        pin="0000",
        refusal="Token Not Generated. Customer Not Registered on Token Platform",
    ),
    Card(
        number="4084080000670037",
        cvv="787",
        brand="visa",
        label="Has too little money",
        refusal="Insufficient Funds",
    ),
    Card(
        number="4084080000671803",
        cvv="180",
        brand="visa",
        label="Pays; a refund fails later",
        refund_ending="failed",
    ),
    Card(
        number="4084080000671902",
        cvv="190",
        brand="visa",
        label="Pays; a refund needs attention later",
        refund_ending="needs-attention",
    ),
)

_BY_NUMBER = {card.number: card for card in CARDS}


def find_card(number: str) -> Card | None:
    """Find a test card by its number, however it is grouped."""
    return _BY_NUMBER.get(re.sub(r"[\s-]", "", number))
