"""What the payer does on the checkout page, and what each act does to the transaction."""

import re
from datetime import date

from infrastructure.paystack.sandbox.authorizations import by_card, far_expiry
from infrastructure.paystack.sandbox.cards import Card, find_card
from infrastructure.paystack.sandbox.channels import Channel, refund_ending
from infrastructure.paystack.sandbox.records import CheckoutStep, Transaction
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.transactions import Transactions

_STATUS_WHILE_ASKING: dict[str, str] = {
    "pin": "abandoned",
    "phone": "ongoing",
    "otp": "ongoing",
    "bank": "ongoing",
}

Expiry = tuple[str, str]


class Charges:
    """One payer's way through the page; acts that do not fit the present step change nothing."""

    def __init__(self, settings: SandboxSettings, transactions: Transactions) -> None:
        self._settings = settings
        self._transactions = transactions

    def pay_by_card(self, transaction: Transaction, card: Card, expiry: Expiry) -> None:
        """Begin with a card: it pays, is declined (and another may be tried), or asks for more."""
        transaction.card_number = card.number
        transaction.card_expiry = expiry
        transaction.channel = "card"
        transaction.notice = None
        transaction.attempts += 1
        self._transactions.record(transaction, "action", "Attempted to pay with card")
        if card.refusal and not card.steps:
            transaction.notice = f"The bank refused this card: {card.refusal}. Try another one."
            self._transactions.decline(transaction, card.refusal)
        else:
            self._go_on(transaction, card)

    def answer(self, transaction: Transaction, step: CheckoutStep, answer: str) -> None:
        """Take the payer's answer to the step that the page shows."""
        card = find_card(transaction.card_number or "")
        if card is None or transaction.step != step:
            return
        transaction.notice = None
        if step == "pin" and answer != card.pin:
            self._transactions.fail(transaction, "Incorrect PIN")
        elif step == "bank" and answer != "approve":
            self._transactions.fail(transaction, "Declined")
        elif step == "otp" and answer != card.otp:
            self._ask_again(transaction, "That code is not the one. Enter 123456.")
        elif step == "phone" and len(re.sub(r"\D", "", answer)) < 10:
            self._ask_again(transaction, "Enter a phone number of at least 10 digits.")
        else:
            self._go_on(transaction, card)

    def choose_channel(self, transaction: Transaction, channel: Channel) -> None:
        """Show what to do elsewhere."""
        transaction.status = "ongoing"
        transaction.step = "transfer"
        transaction.channel = channel.name
        transaction.notice = None
        transaction.attempts += 1
        self._transactions.record(transaction, "action", f"Set payment method to: {channel.name}")
        self._transactions.save(transaction)

    def confirm_channel(self, transaction: Transaction, account: str) -> None:
        """The payer says that it is done, from this account or phone."""
        if transaction.step == "transfer":
            transaction.refund_ending = refund_ending(account)
            self._transactions.expect_money(transaction)

    def charge_again(self, transaction: Transaction, before: Transaction) -> None:
        """Charge the card of an earlier payment without asking anybody."""
        transaction.card_number = before.card_number
        transaction.refund_ending = before.refund_ending
        transaction.attempts += 1
        self._transactions.record(transaction, "action", "Charged an authorization")
        self._transactions.succeed(transaction, channel="card", authorization=before.authorization or {})

    def choose_again(self, transaction: Transaction) -> None:
        """Go back to the list of ways to pay."""
        if transaction.step in {"waiting", None}:
            return
        transaction.step = transaction.notice = None
        transaction.status = "abandoned"
        self._transactions.save(transaction)

    def cancel(self, transaction: Transaction) -> None:
        """Leave the page: nothing is charged, and coming back is possible; a transfer under way goes on."""
        if transaction.step == "waiting":
            return
        transaction.step = None
        transaction.status = "abandoned"
        transaction.notice = "You cancelled this payment. Nothing was charged, and you can still pay here."
        self._transactions.record(transaction, "action", "Cancelled")
        self._transactions.save(transaction)

    def _go_on(self, transaction: Transaction, card: Card) -> None:
        step = card.step_after(transaction.step)
        if step is not None:
            transaction.step = step
            transaction.status = _STATUS_WHILE_ASKING[step]
            self._transactions.record(transaction, "auth", f"Authentication required: {step}")
            self._transactions.save(transaction)
        elif card.refusal:
            self._transactions.fail(transaction, card.refusal)
        else:
            self._finish(transaction, card)

    def _finish(self, transaction: Transaction, card: Card) -> None:
        transaction.refund_ending = card.refund_ending
        expiry = transaction.card_expiry or far_expiry(transaction.created_at.year)
        authorization = by_card(card, expiry, self._settings.new_code)
        self._transactions.succeed(transaction, channel="card", authorization=authorization)

    def _ask_again(self, transaction: Transaction, notice: str) -> None:
        transaction.notice = notice
        transaction.errors += 1
        self._transactions.save(transaction)


def read_expiry(text: str, today: date) -> Expiry | None:
    """Read `MM/YY` or `MM/YYYY` as month and four-digit year; None when it is no such thing or over."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*((?:20)?\d{2})\s*", text)
    if found is None:
        return None
    month, year = int(found[1]), int(found[2]) % 100 + 2000
    return None if (year, month) < (today.year, today.month) else (f"{month:02}", str(year))
