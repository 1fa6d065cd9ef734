"""What the sandbox remembers: customers, transactions, refunds, transfers, disputes, webhook deliveries."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from infrastructure.paystack.sandbox.addresses import is_web_address

CheckoutStep = Literal["pin", "phone", "otp", "bank", "transfer", "waiting"]
RefundStatus = Literal["pending", "processing", "processed", "failed", "needs-attention"]
RefundEnding = Literal["processed", "failed", "needs-attention"]
TransferStatus = Literal[
    "pending", "otp", "received", "success", "failed", "reversed", "abandoned", "blocked", "rejected"
]
TransferEnding = Literal["success", "failed", "reversed", "abandoned", "blocked", "rejected"]
DisputeStatus = Literal["awaiting-merchant-feedback", "awaiting-bank-feedback", "pending", "resolved", "archived"]
DisputeResolution = Literal["merchant-accepted", "declined", "auto-accepted"]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who pays, known by e-mail address."""

    id: int
    email: str
    customer_code: str


class Subaccount(msgspec.Struct, kw_only=True):
    """Somebody who gets a part of charges; `percentage_charge` is what the business keeps of them."""

    id: int
    subaccount_code: str
    domain: str
    business_name: str
    account_number: str
    account_name: str
    bank_id: int
    bank_name: str
    currency: str
    percentage_charge: float
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    metadata: str | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A subaccount's part of a group: percent, or subunits in a flat one."""

    subaccount: str
    share: int


class Split(msgspec.Struct, kw_only=True):
    """A group of subaccounts that share charges with the business."""

    id: int
    split_code: str
    domain: str
    name: str
    type: Literal["percentage", "flat"]
    currency: str
    bearer_type: str
    shares: list[Share]
    created_at: datetime
    updated_at: datetime
    bearer_subaccount: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a subaccount gets of one transaction, and what it pays of the fee, in subunits."""

    subaccount: str
    amount: int
    fee: int = 0


class Division(msgspec.Struct, kw_only=True):
    """How a transaction is divided; `parts` are known once it is paid."""

    subaccount: str | None = None
    split_code: str | None = None
    transaction_charge: int | None = None
    is_fee_of_subaccount: bool = False
    parts: list[Part] = []


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a transaction's log; `time` counts seconds from its start."""

    type: str
    message: str
    time: int


class Transaction(msgspec.Struct, kw_only=True):
    """One attempt to collect money, and where its payer stands on the checkout page.

    `status` is a plain text, so that words which no client has heard of can be produced.
    Amounts are in subunits. `due_at` is when money on its way arrives, or does not; `known_from` is when the API
    gets to know that it was paid, where that is later than the webhook.
    """

    id: int
    reference: str
    access_code: str
    domain: str
    amount: int
    requested_amount: int
    currency: str
    customer: Customer
    created_at: datetime
    ip_address: str
    status: str = "abandoned"
    callback_url: str | None = None
    metadata: dict[str, Any] | None = None
    channels: list[str] = []
    channel: str = "card"
    gateway_response: str = "The transaction was not completed"
    fees: int | None = None
    paid_at: datetime | None = None
    authorization: dict[str, Any] | None = None
    refund_ending: RefundEnding = "processed"
    step: CheckoutStep | None = None
    card_number: str | None = None
    card_expiry: tuple[str, str] | None = None
    notice: str | None = None
    due_at: datetime | None = None
    attempts: int = 0
    errors: int = 0
    log: list[LogEntry] = []
    division: Division | None = None
    known_from: datetime | None = None

    @property
    def is_paid(self) -> bool:
        """Whether money came in at some time, even if it went back since."""
        return self.paid_at is not None

    @property
    def cancel_action(self) -> str | None:
        """Where a payer who cancels goes; None leaves them on the page."""
        address = (self.metadata or {}).get("cancel_action")
        return address if isinstance(address, str) and is_web_address(address) else None


class Refund(msgspec.Struct, kw_only=True):
    """Money going back; `due_at` is when its next status comes by itself."""

    id: int
    transaction_id: int
    amount: int
    currency: str
    domain: str
    customer_note: str
    merchant_note: str
    created_at: datetime
    updated_at: datetime
    expected_at: datetime
    ending: RefundEnding
    status: RefundStatus = "pending"
    refund_reference: str | None = None
    refunded_at: datetime | None = None
    due_at: datetime | None = None


class Recipient(msgspec.Struct, kw_only=True):
    """An account that transfers go to; `account_name` is what the bank calls its owner."""

    id: int
    recipient_code: str
    domain: str
    type: str
    name: str
    currency: str
    account_number: str
    bank_code: str
    bank_name: str
    created_at: datetime
    updated_at: datetime
    account_name: str | None = None
    description: str | None = None
    email: str | None = None
    metadata: dict[str, Any] | None = None
    is_deleted: bool = False


class Transfer(msgspec.Struct, kw_only=True):
    """Money on its way to a recipient; `due_at` is when its next status comes by itself.

    `known_from` is when the API gets to know how it ended, where that is later than the webhook.
    """

    id: int
    reference: str
    transfer_code: str
    domain: str
    amount: int
    fee: int
    currency: str
    recipient_id: int
    reason: str
    created_at: datetime
    updated_at: datetime
    ending: TransferEnding
    status: TransferStatus = "pending"
    transferred_at: datetime | None = None
    known_from: datetime | None = None
    gateway_response: str | None = None
    due_at: datetime | None = None


class DisputeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a dispute's history."""

    status: str
    by: str
    created_at: datetime


class DisputeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said in a dispute."""

    sender: str
    body: str
    created_at: datetime


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the merchant can show."""

    id: int
    created_at: datetime
    customer_email: str
    customer_name: str
    customer_phone: str
    service_details: str
    delivery_address: str | None = None
    delivery_date: str | None = None


class Dispute(msgspec.Struct, kw_only=True):
    """A cardholder's bank wants a charge back; without an answer by `answer_by` the bank has its way.

    `due_at` is when something happens by itself: the reminder, then the end.
    """

    id: int
    transaction_id: int
    refund_amount: int
    currency: str
    category: str
    domain: str
    created_at: datetime
    updated_at: datetime
    answer_by: datetime
    status: DisputeStatus = "awaiting-merchant-feedback"
    resolution: DisputeResolution | None = None
    resolved_at: datetime | None = None
    is_reminded: bool = False
    note: str | None = None
    attachments: str | None = None
    evidence: Evidence | None = None
    history: list[DisputeEvent] = []
    messages: list[DisputeMessage] = []
    due_at: datetime | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the money goes back to the cardholder."""
        return self.status == "resolved" and self.resolution in {"merchant-accepted", "auto-accepted"}


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of the balance: `model` and `row` name what made it, `balance` is what it left."""

    id: int
    currency: str
    difference: int
    balance: int
    reason: str
    model: str
    row: int
    created_at: datetime


class Delivery(msgspec.Struct, kw_only=True):
    """One webhook on its way: the exact bytes and signature, and what became of it so far."""

    id: int
    event: str
    url: str
    body: bytes
    signature: str
    created_at: datetime
    due_at: datetime | None
    state: Literal["pending", "acknowledged", "given_up", "dropped"] = "pending"
    attempts: int = 0
    last_answer: str | None = None
