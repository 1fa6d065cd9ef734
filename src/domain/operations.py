"""How what operators want to do about money is refused."""

from __future__ import annotations

from domain.money import Money
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence
from domain.text import is_clean

LONGEST_NOTE = 1000


class ItemResolved(Refusal):
    """Somebody else was quicker, or it resolved itself."""

    code = "item_resolved"
    sentence = "This is resolved already. Look at what became of it."


class ActionNotOffered(Refusal):
    """What is on the list cannot be resolved like that."""

    code = "action_not_offered"
    sentence = "That cannot be done about this."


class UnknownToPaystack(Refusal):
    """Paystack was asked, and knows nothing of it."""

    code = "unknown_to_paystack"
    sentence = "Paystack was asked, and does not know it."


class NothingToRefund(Refusal):
    """Nothing is kept of the payment."""

    code = "nothing_to_refund"
    sentence = "Nothing is left of this payment that could go back."


class MoreThanIsKept(Refusal):
    """No more goes back than was charged."""

    code = "more_than_is_kept"

    def __init__(self, kept: Money) -> None:
        super().__init__(Sentence("That is more than is left of this payment. Look at it again."))
        self.kept = kept


class PartOfUnownedCharge(Refusal):
    """What is left of a charge that pays for nothing would belong to nobody."""

    code = "part_of_unowned_charge"
    sentence = "This charge pays for no booking, so that all of it has to go back."


class DisputeUndecided(Refusal):
    """The bank may take the same money back."""

    code = "dispute_undecided"
    sentence = (
        "The payer's bank disputes this payment and may take the money back itself. Wait until that is decided."
    )


class CannotAttach(Refusal):
    """The charge does not pay for that booking."""

    code = "cannot_attach"

    def __init__(self, why: str) -> None:
        super().__init__(Sentence("The charge cannot pay for this booking: {why}.", why=why))
        self.why = why


def checked_note(words: str) -> str:
    """Why an operator does something. Raises `Invalid` for the field `note`."""
    note = words.replace("\r\n", "\n").strip()
    check = FieldCheck()
    check.require(bool(note), "note", "Say why. It stands in the audit trail with your name.")
    check.require(
        len(note) <= LONGEST_NOTE, "note", Sentence("Use at most {longest:,} characters.", longest=LONGEST_NOTE)
    )
    check.require(is_clean(note, lines=True), "note", "Use ordinary characters.")
    check.done()
    return note
