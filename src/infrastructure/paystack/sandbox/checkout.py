"""The hosted checkout page: plain forms, each act answered by a redirect."""

from dataclasses import dataclass

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from infrastructure.paystack.sandbox.addresses import with_reference
from infrastructure.paystack.sandbox.authorizations import far_expiry
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.cards import CARDS, Card, find_card
from infrastructure.paystack.sandbox.channels import channels_of, find_channel
from infrastructure.paystack.sandbox.charges import Charges, Expiry, read_expiry
from infrastructure.paystack.sandbox.pages import page
from infrastructure.paystack.sandbox.records import CheckoutStep, Transaction
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.webhooks import Courier

_REFRESH_S = 2


@dataclass(frozen=True, kw_only=True)
class CardForm:
    number: str = ""
    expiry: str = ""
    cvv: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownCardForm:
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelForm:
    channel: str = "bank_transfer"


@dataclass(frozen=True, kw_only=True)
class StepForm:
    answer: str = ""


class CheckoutController(Controller):
    path = "/checkout/{access_code:str}"

    @get("/")
    async def show(
        self,
        access_code: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Template | Redirect:
        transaction = _found(transactions, access_code)
        return _page(settings, transactions, transaction)

    @get("/waiting")
    async def wait(
        self,
        access_code: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Template | Redirect:
        """Look again for a transfer's money; leave for the shop when it is there."""
        transaction = _found(transactions, access_code)
        if transaction.step == "waiting":
            return _page(settings, transactions, transaction, refresh_s=_REFRESH_S)
        return _onwards(transaction)

    @post("/card")
    async def pay_by_card(
        self,
        access_code: FromPath[str],
        data: URLEncodedBody[CardForm],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
        behaviour: NamedDependency[Behaviour],
        courier: NamedDependency[Courier],
    ) -> Template | Redirect:
        transaction = _found(transactions, access_code)
        if not _is_open(transactions, transaction):
            return _onwards(transaction)
        card, expiry = find_card(data.number), read_expiry(data.expiry, settings.clock().date())
        mistakes = _mistakes(data, card, expiry)
        if card is None or expiry is None or mistakes:
            return _page(settings, transactions, transaction, form=data, mistakes=mistakes)
        charges.pay_by_card(transaction, card, expiry)
        return await _after_act(transaction, behaviour, courier)

    @post("/test-card")
    async def pay_by_test_card(
        self,
        access_code: FromPath[str],
        data: URLEncodedBody[KnownCardForm],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
        behaviour: NamedDependency[Behaviour],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        """Pay with one press: the card's own number, an expiry in the future, its own CVV."""
        transaction = _found(transactions, access_code)
        card = find_card(data.number)
        if _is_open(transactions, transaction) and card is not None:
            charges.pay_by_card(transaction, card, far_expiry(settings.clock().year))
        return await _after_act(transaction, behaviour, courier)

    @post("/steps/{step:str}")
    async def answer_step(
        self,
        access_code: FromPath[str],
        step: FromPath[CheckoutStep],
        data: URLEncodedBody[StepForm],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
        behaviour: NamedDependency[Behaviour],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        transaction = _found(transactions, access_code)
        if not transactions.has_timed_out(transaction):
            charges.answer(transaction, step, data.answer.strip())
        return await _after_act(transaction, behaviour, courier)

    @post("/transfer")
    async def choose_channel(
        self,
        access_code: FromPath[str],
        data: URLEncodedBody[ChannelForm],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
    ) -> Redirect:
        """Choose a way to pay other than a card; a bank transfer when none is named."""
        transaction = _found(transactions, access_code)
        channel = find_channel(transaction, data.channel)
        if _is_open(transactions, transaction) and channel is not None:
            charges.choose_channel(transaction, channel)
        return _onwards(transaction)

    @post("/transfer/sent")
    async def confirm_channel(
        self,
        access_code: FromPath[str],
        data: URLEncodedBody[StepForm],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        transaction = _found(transactions, access_code)
        if not transactions.has_timed_out(transaction):
            charges.confirm_channel(transaction, data.answer.strip())
        courier.nudge()
        return _onwards(transaction)

    @post("/back")
    async def choose_again(
        self,
        access_code: FromPath[str],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
    ) -> Redirect:
        transaction = _found(transactions, access_code)
        charges.choose_again(transaction)
        return _onwards(transaction)

    @post("/cancel")
    async def cancel(
        self,
        access_code: FromPath[str],
        transactions: NamedDependency[Transactions],
        charges: NamedDependency[Charges],
    ) -> Redirect:
        """Leave for `metadata.cancel_action`; without one the payer stays here."""
        transaction = _found(transactions, access_code)
        if not _can_be_left(transaction):
            return _onwards(transaction)
        charges.cancel(transaction)
        return Redirect(transaction.cancel_action or _path(transaction), status_code=303)


def _found(transactions: Transactions, access_code: str) -> Transaction:
    transaction = transactions.by_access_code(access_code)
    if transaction is None:
        raise NotFoundException("There is no payment at this address.")
    return transaction


def _can_be_left(transaction: Transaction) -> bool:
    return not transaction.is_paid and transaction.status != "failed" and transaction.step != "waiting"


def _is_open(transactions: Transactions, transaction: Transaction) -> bool:
    """Whether a way to pay can be chosen now."""
    has_time = not transactions.has_timed_out(transaction)
    return has_time and _can_be_left(transaction) and transaction.step is None


def _mistakes(form: CardForm, card: Card | None, expiry: Expiry | None) -> dict[str, str]:
    mistakes = {}
    if card is None:
        mistakes["number"] = "Enter the number of a test card. Real cards do not work here."
    if expiry is None:
        mistakes["expiry"] = "Enter a month and year from now on, as in 12/30."
    if card is not None and form.cvv.strip() != card.cvv:
        mistakes["cvv"] = f"Enter the CVV of this test card: {card.cvv}."
    return mistakes


async def _after_act(transaction: Transaction, behaviour: Behaviour, courier: Courier) -> Redirect:
    if transaction.is_paid and behaviour.webhook_before_redirect:
        await courier.deliver_due()
    courier.nudge()
    return _onwards(transaction)


def _onwards(transaction: Transaction) -> Redirect:
    """Send a payer who is done to the shop, anybody else to the page that shows where they stand."""
    if transaction.is_paid and transaction.callback_url:
        return Redirect(with_reference(transaction.callback_url, transaction.reference), status_code=303)
    if transaction.step == "waiting":
        return Redirect(f"{_path(transaction)}/waiting", status_code=303)
    return Redirect(_path(transaction), status_code=303)


def _path(transaction: Transaction) -> str:
    return f"/checkout/{transaction.access_code}"


def _page(
    settings: SandboxSettings,
    transactions: Transactions,
    transaction: Transaction,
    *,
    form: CardForm | None = None,
    mistakes: dict[str, str] | None = None,
    refresh_s: int | None = None,
) -> Template:
    callback = transaction.callback_url
    context = {
        "business": settings.business_name,
        "transaction": transaction,
        "path": _path(transaction),
        "return_url": with_reference(callback, transaction.reference) if callback else None,
        "cards": CARDS,
        "card": find_card(transaction.card_number or ""),
        "takes_card": not transaction.channels or "card" in transaction.channels,
        "channels": channels_of(transaction),
        "channel": find_channel(transaction, transaction.channel),
        "has_timed_out": transactions.has_timed_out(transaction),
        "can_be_left": _can_be_left(transaction),
        "form": form or CardForm(),
        "mistakes": mistakes or {},
    }
    return page(
        "checkout.html",
        context,
        status_code=422 if mistakes else 200,
        leads_to=(callback, transaction.cancel_action),
        refresh_s=refresh_s,
    )
