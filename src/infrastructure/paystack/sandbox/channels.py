"""Ways to pay that are not a card: the payer acts elsewhere, and the money comes, or not, after a while."""

from dataclasses import dataclass

from infrastructure.paystack.sandbox.records import RefundEnding, Transaction


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way, and the words of its page; `question` is what the payer is asked for, if anything."""

    name: str
    currencies: frozenset[str]
    offer: str
    title: str
    instruction: str
    done: str
    question: str | None = None
    example: str = ""


CHANNELS: tuple[Channel, ...] = (
    Channel(
        name="bank_transfer",
        currencies=frozenset({"NGN", "GHS", "ZAR", "KES", "USD", "XOF"}),
        offer="Pay by bank transfer",
        title="Send the money",
        instruction="Send exactly this sum to TEST BANK, account 1230001644, then say so.",
        done="I have sent",
    ),
    Channel(
        name="ussd",
        currencies=frozenset({"NGN"}),
        offer="Pay by USSD",
        title="Dial the code",
        instruction="Dial *737*33*4*18791# on your phone, then say so. Nothing has to be dialled here.",
        done="I have paid",
    ),
    Channel(
        name="bank",
        currencies=frozenset({"NGN"}),
        offer="Pay from a bank account",
        title="Approve it at your bank",
        instruction="Test accounts: Zenith Bank 0000000000, Kuda Bank 2348100000000.",
        done="I have approved",
        question="Account number",
        example="0000000000",
    ),
    Channel(
        name="mobile_money",
        currencies=frozenset({"GHS", "KES", "XOF"}),
        offer="Pay with mobile money",
        title="Approve it on your phone",
        instruction="Test numbers: MTN 0551234987, M-PESA +254710000000, Orange 0700000000.",
        done="I have approved",
        question="Phone number",
        example="0551234987",
    ),
    Channel(
        name="eft",
        currencies=frozenset({"ZAR"}),
        offer="Pay by EFT",
        title="Approve it at your bank",
        instruction="A refund to account 1012204936 fails later, one to 1012204935 needs attention.",
        done="I have approved",
        question="Account number",
        example="1012204930",
    ),
)

_REFUND_ENDINGS: dict[str, RefundEnding] = {"1012204936": "failed", "1012204935": "needs-attention"}


def channels_of(transaction: Transaction) -> list[Channel]:
    """Return the ways that a transaction can be paid, the card apart."""
    return [
        channel
        for channel in CHANNELS
        if transaction.currency in channel.currencies
        and (not transaction.channels or channel.name in transaction.channels)
    ]


def find_channel(transaction: Transaction, name: str) -> Channel | None:
    """Find one of the ways that a transaction can be paid."""
    return next((channel for channel in channels_of(transaction) if channel.name == name), None)


def refund_ending(account: str) -> RefundEnding:
    """How a refund to this account ends."""
    return _REFUND_ENDINGS.get(account, "processed")
