"""Every kind of thing on the operators' list: what it is, what it is about, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from application.outbox.ports import Topic
from domain.payments import is_own_reference
from domain.sentences import Sentence

FAILED_ERRAND = "errand_failed:"
"""What comes before the topic of an errand that failed too often."""


class About(StrEnum):
    """What the subject of an item names."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    BOOKING = "booking"
    NOTHING = "nothing"


class Action(StrEnum):
    """What an operator can do about an item."""

    ASK_AGAIN = "ask-again"
    RUN_AGAIN = "run-again"
    REFUND = "refund"
    ATTACH = "attach"
    DECIDE_ABSENCE = "decide-absence"
    ENTER_OTP = "enter-otp"
    WRITE_OFF = "write-off"


class GivesUp(StrEnum):
    """Which money is given up when an item is written off."""

    UNOWNED_CHARGE = "unowned_charge"
    FAILED_REFUND = "failed_refund"
    PAID_BACK_TWICE = "paid_back_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemKind:
    """One kind, told in English. `actions` in the order in which they are offered; what gives up no money is
    closed by a note.
    """

    title: str
    meaning: str
    about: About = About.NOTHING
    actions: tuple[Action, ...] = (Action.WRITE_OFF,)
    gives_up: GivesUp | None = None


KINDS = {
    "payment_mismatched": ItemKind(
        title=Sentence("A payment that is not what was asked for"),
        meaning=Sentence(
            "Paystack charged somebody, but not as we asked, or under a reference that we have no booking "
            "for. If nobody decides within seven days, all of it goes back by itself."
        ),
        about=About.PAYMENT,
        actions=(Action.REFUND, Action.ATTACH, Action.WRITE_OFF),
        gives_up=GivesUp.UNOWNED_CHARGE,
    ),
    "refund_stuck": ItemKind(
        title=Sentence("A refund that does not go through"),
        meaning=Sentence("Paystack could not bring the money back to the client, and it is in the balance again."),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
        gives_up=GivesUp.FAILED_REFUND,
    ),
    "refund_needs_account": ItemKind(
        title=Sentence("A refund that needs a bank account"),
        meaning=Sentence(
            "The money cannot go back the way it came. The client is asked for a bank account on their pages; "
            "write to them if they do not look there."
        ),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "refund_refused": ItemKind(
        title=Sentence("A refund that Paystack does not take"),
        meaning=Sentence("It is sent again every hour. Look at the transaction in Paystack's dashboard."),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "refund_lost": ItemKind(
        title=Sentence("A refund that Paystack does not know any more"),
        meaning=Sentence("Paystack had taken it, and does not list it now. Ask Paystack's support about it."),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "refund_contradicted": ItemKind(
        title=Sentence("A refund of which Paystack says something else"),
        meaning=Sentence(
            "What Paystack says does not fit what was promised to the client. Nothing was changed here."
        ),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "refund_waits_for_balance": ItemKind(
        title=Sentence("A refund that waits for money"),
        meaning=Sentence(
            "There is not enough in the balance at Paystack. Top it up there; then the refund is sent by itself."
        ),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "refund_late": ItemKind(
        title=Sentence("A refund that takes too long"),
        meaning=Sentence("It was sent more than fifteen working days ago. Ask Paystack's support about it."),
        about=About.REFUND,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "absence_contested": ItemKind(
        title=Sentence("Did the consultant come?"),
        meaning=Sentence("The client says that the consultant did not come. The consultant says that they did."),
        about=About.BOOKING,
        actions=(Action.DECIDE_ABSENCE,),
    ),
    "dispute_open": ItemKind(
        title=Sentence("A payment that the client's bank disputes"),
        meaning=Sentence(
            "Answer it in Paystack's dashboard in time, with what proves that the session took place. Nothing "
            "of the payment is paid out until it is decided."
        ),
        about=About.DISPUTE,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "dispute_lost": ItemKind(
        title=Sentence("A session without its money"),
        meaning=Sentence("The bank took the money back, and the session is still to come. Talk to both sides."),
        about=About.DISPUTE,
        actions=(Action.REFUND, Action.WRITE_OFF),
    ),
    "dispute_unknown": ItemKind(
        title=Sentence("A dispute that fits no payment"),
        meaning=Sentence("A bank disputes a charge under a reference of ours that is not known here as such."),
        about=About.DISPUTE,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "charged_back_twice": ItemKind(
        title=Sentence("Money that went back twice"),
        meaning=Sentence(
            "The bank took money back that had been promised to the client already. Compare with Paystack "
            "what really went."
        ),
        about=About.PAYMENT,
        gives_up=GivesUp.PAID_BACK_TWICE,
    ),
    "charge_unknown_to_paystack": ItemKind(
        title=Sentence("A charge that Paystack does not know"),
        meaning=Sentence(
            "It is settled here, and Paystack neither lists it nor knows it. Ask Paystack's support about it."
        ),
        about=About.PAYMENT,
    ),
    "charge_differs": ItemKind(
        title=Sentence("A charge of which Paystack says something else"),
        meaning=Sentence(
            "What Paystack lists is not what is known here. When both agree again, it leaves this list."
        ),
        about=About.PAYMENT,
        actions=(Action.REFUND, Action.WRITE_OFF),
    ),
    "day_differs": ItemKind(
        title=Sentence("A day whose sums differ"),
        meaning=Sentence(
            "Paystack's list, the payments here and the ledger do not have the same sums for that day."
        ),
    ),
    "refund_unknown": ItemKind(
        title=Sentence("A refund that nobody here asked for"),
        meaning=Sentence(
            "Somebody sent money back in Paystack's dashboard, and it is not in the ledger. What is kept here "
            "of the payment is more than there is."
        ),
        about=About.PAYMENT,
    ),
    "refund_found": ItemKind(
        title=Sentence("A refund that had been lost here"),
        meaning=Sentence(
            "Paystack knew of it, and it is in the ledger again. Look whether the booking has to be called off."
        ),
        about=About.PAYMENT,
    ),
    "payout_needs_otp": ItemKind(
        title=Sentence("A payout that waits for its one-time password"),
        meaning=Sentence(
            "Paystack sent a one-time password to the phone of the business. Without it nothing is paid."
        ),
        about=About.PAYOUT,
        actions=(Action.ENTER_OTP, Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "payout_waits_for_balance": ItemKind(
        title=Sentence("A payout that waits for money"),
        meaning=Sentence(
            "There is not enough in the balance at Paystack. Top it up there; then the payout is sent by itself."
        ),
        about=About.PAYOUT,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "payout_refused": ItemKind(
        title=Sentence("A payout that Paystack does not take"),
        meaning=Sentence(
            "It is tried again every hour, under the same reference. Look into Paystack's dashboard."
        ),
        about=About.PAYOUT,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "payout_on_hold": ItemKind(
        title=Sentence("A payout of somebody who is suspended"),
        meaning=Sentence(
            "It was asked for before, and never sent. It is sent when its consultant is active again."
        ),
        about=About.PAYOUT,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "payout_lost": ItemKind(
        title=Sentence("A payout that Paystack does not know any more"),
        meaning=Sentence("Paystack had taken it, and does not know it now. Ask Paystack's support about it."),
        about=About.PAYOUT,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "payout_unknown": ItemKind(
        title=Sentence("A payout that is not known here"),
        meaning=Sentence(
            "Paystack tells of a transfer under a reference of ours that was lost here. Look at it in "
            "Paystack's dashboard before its consultant is paid again."
        ),
    ),
    "payout_returned": ItemKind(
        title=Sentence("A payout that came back"),
        meaning=Sentence(
            "The consultant is owed the money again, and can ask for it once their account is in order."
        ),
        about=About.PAYOUT,
    ),
    "payout_contradicted": ItemKind(
        title=Sentence("A payout of which Paystack says something else"),
        meaning=Sentence("The transfer at Paystack has another sum or currency. Nothing was changed here."),
        about=About.PAYOUT,
        actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
    ),
    "invariant_broken": ItemKind(
        title=Sentence("Something that must never be is so"),
        meaning=Sentence("A rule that the database is checked against every few minutes does not hold."),
    ),
}

PAYOUT = ItemKind(
    title=Sentence("A payout that needs attention"),
    meaning=Sentence("The money did not reach the consultant as it should have."),
    about=About.PAYOUT,
    actions=(Action.ASK_AGAIN, Action.WRITE_OFF),
)
RECONCILIATION = ItemKind(
    title=Sentence("Paystack and we say different things"),
    meaning=Sentence("What Paystack lists was compared with what is known here."),
    about=About.PAYMENT,
    actions=(Action.REFUND, Action.WRITE_OFF),
)
UNKNOWN = ItemKind(
    title=Sentence("Something to look at"), meaning=Sentence("Read the reason, and close it with a note.")
)

ABOUT_TOPIC = {
    Topic.SETTLE_PAYMENT: About.PAYMENT,
    Topic.SEND_REFUND: About.REFUND,
    Topic.FOLLOW_DISPUTE: About.DISPUTE,
    Topic.SEND_PAYOUT: About.PAYOUT,
    Topic.SEND_PAYOUT: About.PAYOUT,
}


def kind_of(name: str, subject: str) -> ItemKind:
    """What is known of a kind; whatever nobody foresaw can still be read, and closed with a note."""
    if name.startswith(FAILED_ERRAND):
        return _failed_errand(topic_of(name))
    if name.startswith("payout_"):
        return KINDS.get(name, PAYOUT)
    if name.startswith("reconciliation_"):
        return KINDS.get(name, RECONCILIATION if is_own_reference(subject) else UNKNOWN)
    return KINDS.get(name, UNKNOWN)


def topic_of(name: str) -> Topic | None:
    """The topic of an errand that failed too often, if there still is such a topic."""
    try:
        return Topic(name.removeprefix(FAILED_ERRAND))
    except ValueError:
        return None


def _failed_errand(topic: Topic | None) -> ItemKind:
    return ItemKind(
        title=Sentence("Work that failed again and again"),
        meaning=Sentence("It was tried twenty times over some hours, and not again since."),
        about=ABOUT_TOPIC.get(topic, About.NOTHING) if topic else About.NOTHING,
        actions=(Action.RUN_AGAIN, Action.WRITE_OFF) if topic else (Action.WRITE_OFF,),
    )
