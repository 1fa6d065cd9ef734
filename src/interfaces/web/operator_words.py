"""What operators read of the things on their list: what they are, what can be done, and what that does."""

from __future__ import annotations

from dataclasses import dataclass

from application.money_view import MoneyView
from application.operations.item_kinds import Action, GivesUp, ItemKind, kind_of
from application.operations.views import DisputeFile, ItemDetails, ItemView, PaymentFile, RefundFile
from domain.payments import PaymentStatus, RefundStatus
from interfaces.web.language import gettext, translated
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge, payment_status


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The way there, the question, and the button that does it."""

    link: str
    title: str
    button: str


def page_of(item: ItemView) -> str:
    """Where one looks at it: of a session that is to be decided, both sides at once."""
    if item.resolved_at is None and Action.DECIDE_ABSENCE in kind(item).actions:
        return f"/operator/absences/{item.subject}"
    return f"/operator/items/{item.id}"


def kind(item: ItemView) -> ItemKind:
    """What is known of the kind of an item."""
    return kind_of(item.kind, item.subject)


def title(item: ItemView) -> str:
    """What an item is about."""
    return translated(kind(item).title)


def meaning_of(item: ItemView) -> str:
    """What it means that it is there."""
    return translated(kind(item).meaning)


def kind_title(name: str) -> str:
    """Of a kind without an item of it."""
    return translated(kind_of(name, "").title)


def resolution(item: ItemView) -> Badge:
    """How it ended."""
    return {
        "refunded": Badge(gettext("Sent back"), "success"),
        "attached": Badge(gettext("Attached to a booking"), "success"),
        "asked_again": Badge(gettext("Paystack was asked again"), "success"),
        "run_again": Badge(gettext("Tried again"), "info"),
        "written_off": written_off(),
        "closed": Badge(gettext("Closed with a note"), "secondary"),
        "confirmed": Badge(gettext("Password entered"), "success"),
        "upheld": Badge(gettext("Upheld"), "success"),
        "dismissed": Badge(gettext("Dismissed"), "secondary"),
    }.get(item.resolution or "", Badge(gettext("Resolved itself"), "success"))


def written_off() -> Badge:
    """Of money that was given up."""
    return Badge(gettext("Written off"), "secondary")


def given_up(details: ItemDetails, file: PaymentFile | None) -> MoneyView | None:
    """The money that would be written off with an item, if any is."""
    gives_up = kind(details.item).gives_up
    if (
        gives_up is GivesUp.UNOWNED_CHARGE
        and file
        and file.status == PaymentStatus.MISMATCHED
        and file.kept.amount
    ):
        return file.kept
    if gives_up is GivesUp.FAILED_REFUND and details.refund and _has_failed(details.refund):
        return details.refund.amount
    if gives_up is GivesUp.PAID_BACK_TWICE and file and _overpaid(file) > 0:
        return MoneyView(_overpaid(file), file.kept.currency)
    return None


def action(what: Action, details: ItemDetails, file: PaymentFile | None) -> ActionWords:
    """What it is called for this item."""
    if what is Action.WRITE_OFF and given_up(details, file):
        return ActionWords(gettext("Write off"), gettext("Write this money off?"), gettext("Write it off"))
    if what is Action.ASK_AGAIN and _has_failed(details.refund):
        return ActionWords(
            gettext("Send it once more"), gettext("Send the refund once more?"), gettext("Send it once more")
        )
    return _actions()[what]


def _actions() -> dict[Action, ActionWords]:
    return {
        Action.ASK_AGAIN: ActionWords(
            gettext("Ask Paystack again"), gettext("Ask Paystack again?"), gettext("Ask now")
        ),
        Action.RUN_AGAIN: ActionWords(gettext("Try again"), gettext("Try this work again?"), gettext("Try again")),
        Action.REFUND: ActionWords(
            gettext("Send money back"), gettext("Send money back?"), gettext("Send it back")
        ),
        Action.ATTACH: ActionWords(
            gettext("Attach to a booking"), gettext("Which booking is it for?"), gettext("Attach it")
        ),
        Action.ENTER_OTP: ActionWords(
            gettext("Enter the one-time password"), gettext("Finish the payout?"), gettext("Finish the payout")
        ),
        Action.DECIDE_ABSENCE: ActionWords(
            gettext("Look at both sides"), gettext("Did the consultant come?"), gettext("Decide")
        ),
        Action.WRITE_OFF: ActionWords(
            gettext("Close with a note"), gettext("Close this with a note?"), gettext("Close it")
        ),
    }


def meaning(what: Action, details: ItemDetails, file: PaymentFile | None) -> list[str]:
    """What an action does, before it is done."""
    if what is Action.WRITE_OFF:
        return _meaning_of_write_off(details, given_up(details, file))
    if what is Action.REFUND:
        return meaning_of_refund(file)
    if what is Action.ASK_AGAIN and _has_failed(details.refund):
        return [
            gettext(
                "Paystack is asked first. When it still calls the refund failed, the same sum is sent once more."
            )
        ]
    return {
        Action.ASK_AGAIN: [
            gettext("Paystack is asked now, and what it says is acted on."),
            gettext("When that resolves it, it leaves the list by itself."),
        ],
        Action.RUN_AGAIN: [
            gettext("The work begins anew, and is tried up to twenty times."),
            gettext("If it fails again, it comes back to this list."),
        ],
        Action.ATTACH: [
            gettext("The booking is confirmed and paid by this charge. The consultant earns its price."),
            gettext(
                "It only works when the charge covers the price in its currency, "
                "and the seat is held or still free."
            ),
            gettext("It cannot be undone."),
        ],
        Action.ENTER_OTP: [gettext("Paystack pays the money out to the consultant. It cannot be undone.")],
        Action.DECIDE_ABSENCE: [],
    }[what]


def meaning_of_refund(file: PaymentFile | None) -> list[str]:
    """What sending money back does."""
    sentences = [gettext("The money goes back to whoever paid. It cannot be undone.")]
    if file and file.booking and file.pays_for_booking:
        sentences.append(
            gettext(
                "It is taken from what the consultant earns and from the commission. The booking stays as it is."
            )
        )
    return sentences


def refund_hint(file: PaymentFile) -> str:
    """How much can go back of a payment."""
    kept = exact_sum(file.kept)
    if file.pays_for_booking:
        return gettext("At most {sum}, which is all that is kept of it.").format(sum=kept)
    return gettext("{sum}, all of it: it pays for no booking.").format(sum=kept)


def _meaning_of_write_off(details: ItemDetails, sum_given_up: MoneyView | None) -> list[str]:
    gives_up = kind(details.item).gives_up
    if sum_given_up is None or gives_up is None:
        return [gettext("No money moves. It leaves the list, and stays among what is resolved, with your note.")]
    what = {
        GivesUp.UNOWNED_CHARGE: gettext(
            "{sum} stays with Imoran. Nobody gets it back, and no booking is paid by it."
        ),
        GivesUp.FAILED_REFUND: gettext("{sum} stays with Imoran. The client does not get it."),
        GivesUp.PAID_BACK_TWICE: gettext("{sum} is lost."),
    }[gives_up]
    return [what.format(sum=exact_sum(sum_given_up)), gettext("It cannot be undone.")]


def in_words(dispute: DisputeFile) -> Badge:
    """Where a dispute stands."""
    if dispute.charged_back.amount:
        return Badge(gettext("Lost"), "danger")
    if not dispute.is_open:
        return Badge(gettext("Won"), "success")
    return Badge(
        {
            "awaiting-merchant-feedback": gettext("Waits for our answer"),
            "awaiting-bank-feedback": gettext("Waits for the bank"),
            "pending": gettext("Is being looked at"),
            "resolved": gettext("Is decided"),
            "archived": gettext("Is closed"),
        }.get(dispute.status, dispute.status),
        "warning",
    )


def payment_badge(file: PaymentFile) -> Badge:
    """Where a payment stands, for operators."""
    if file.status == PaymentStatus.MISMATCHED and not file.kept.amount:
        return written_off()
    return payment_status(file.status)


def _has_failed(refund: RefundFile | None) -> bool:
    return refund is not None and refund.status == RefundStatus.FAILED


def _overpaid(file: PaymentFile) -> int:
    return sum(
        entry.amount for posting in file.postings for entry in posting.entries if entry.account == "clients"
    )
