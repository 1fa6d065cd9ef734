"""The forms of operators."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from application.operations.prove_operator import Proof
from domain.money import Money
from domain.operations import LONGEST_NOTE
from domain.refusals import Invalid
from domain.sentences import Sentence
from interfaces.web.forms.form import Form, Reading
from interfaces.web.money_words import currency_mark, read_money


class OperatorForm(Form):
    """What every action asks for, and what some of them need beside it."""

    FIELDS: ClassVar[tuple[str, ...]] = ("amount", "booking", "otp", "note", "current_password")
    SECRET = frozenset({"current_password", "otp"})
    FIELD_OF: ClassVar = {
        "wrong_current_password": "current_password",
        "more_than_is_kept": "amount",
        "part_of_unowned_charge": "amount",
        "cannot_attach": "booking",
        "transfer_refused": "otp",
    }

    def proof(self, address: str) -> Proof:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        proof = self._read_proof(read, address)
        read.done()
        return proof

    def refund(self, currency: str, address: str) -> tuple[Money, Proof]:
        """How much goes back. Raises `Invalid`."""
        read = Reading(self.typed)
        amount = read.check.attempt(lambda: _read_sum(self.typed.get("amount", ""), currency))
        proof = self._read_proof(read, address)
        read.done()
        return amount or Money(0, currency), proof

    def attachment(self, address: str) -> tuple[UUID, Proof]:
        """Which booking. Raises `Invalid`."""
        read = Reading(self.typed)
        booking_id = read.check.attempt(lambda: _read_id(self.typed.get("booking", ""), "booking"))
        proof = self._read_proof(read, address)
        read.done()
        return booking_id or UUID(int=0), proof

    def one_time_password(self, address: str) -> tuple[str, Proof]:
        """What Paystack sent to the phone of the business. Raises `Invalid`."""
        read = Reading(self.typed)
        otp = read.text("otp", "Enter the one-time password that Paystack sent.", longest=20)
        proof = self._read_proof(read, address)
        read.done()
        return otp, proof

    def _read_proof(self, read: Reading, address: str) -> Proof:
        note = read.text(
            "note", "Say why. It stands in the audit trail with your name.", longest=LONGEST_NOTE, lines=True
        )
        password = read.secret("current_password", "Enter your password.")
        return Proof(note=note, password=password, address=address)


def _read_sum(typed: str, currency: str) -> Money:
    try:
        return read_money(typed, currency, field="amount")
    except Invalid:
        raise Invalid.field(
            "amount", Sentence("Enter a sum such as {mark}5,000.00.", mark=currency_mark(currency))
        ) from None


def _read_id(typed: str, field: str) -> UUID:
    try:
        return UUID(typed.strip())
    except ValueError:
        raise Invalid.field(field, "Enter the id of the booking, such as it stands on its page.") from None


class AccountForm(OperatorForm):
    """What is done with an account; `agreement` is what the operator saw of its coming sessions."""

    FIELDS: ClassVar[tuple[str, ...]] = ("with_tokens", "agreement", "note", "current_password")

    @property
    def with_tokens(self) -> bool:
        """Whether tokens are revoked, too."""
        return bool(self.typed.get("with_tokens"))

    @property
    def agreement(self) -> str:
        """As it was sent."""
        return self.typed.get("agreement", "")

    def agree_to(self, agreement: str) -> None:
        """The page that follows shows these sessions."""
        self.typed["agreement"] = agreement


class AuditForm(Form):
    """What of the audit trail is shown."""

    FIELDS = ("kind", "who", "about", "since", "until")
