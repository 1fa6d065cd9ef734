"""What operators read before they do something with an account."""

from __future__ import annotations

from dataclasses import dataclass

from application.operations.cancel_coming import ComingSessions
from application.operations.record_views import AccountRecord
from domain.accounts import Role
from interfaces.web.language import gettext, ngettext
from interfaces.web.money_words import exact_sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, what happens then, and the button that does it."""

    title: str
    sentences: list[str]
    button: str
    is_dangerous: bool = False


def action(name: str, account: AccountRecord, coming: ComingSessions) -> Question:
    """By the last part of its address."""
    return {
        "suspend": _suspend,
        "reinstate": _reinstate,
        "end-sessions": _end_sessions,
        "cancel-sessions": _cancel_sessions,
    }[name](account, coming)


def _suspend(account: AccountRecord, coming: ComingSessions) -> Question:
    sentences = [
        gettext("{name} is logged out everywhere at the next click, and every token stops working.").format(
            name=account.name
        ),
        gettext("Nobody can log in to the account or recover it. They are not told why."),
    ]
    if account.role == Role.CONSULTANT:
        sentences.append(
            gettext("The consultant is in no list and on no page, and takes no bookings. Payouts wait.")
        )
    if coming.count:
        stay = ngettext(
            "{count} coming session stays as it is. You can cancel it afterwards, with a full refund.",
            "{count} coming sessions stay as they are. You can cancel them afterwards, with full refunds.",
            coming.count,
        )
        sentences.append(stay.format(count=coming.count))
    sentences.append(gettext("You can reinstate the account at any time."))
    return Question(
        title=gettext("Suspend {name}?").format(name=account.name),
        sentences=sentences,
        button=gettext("Suspend the account"),
        is_dangerous=True,
    )


def _reinstate(account: AccountRecord, _: ComingSessions) -> Question:
    sentences = [
        gettext("{name} can log in again. Tokens that were revoked stay revoked.").format(name=account.name)
    ]
    if account.role == Role.CONSULTANT:
        sentences.append(gettext("The consultant is found again if the profile is published, and can be booked."))
    return Question(
        title=gettext("Reinstate {name}?").format(name=account.name),
        sentences=sentences,
        button=gettext("Reinstate the account"),
    )


def _end_sessions(account: AccountRecord, _: ComingSessions) -> Question:
    return Question(
        title=gettext("Log {name} out everywhere?").format(name=account.name),
        sentences=[
            gettext("{name} is logged out on every device at the next click, and can log in again.").format(
                name=account.name
            ),
            gettext("Use it when somebody lost a device, or may be logged in who should not be."),
        ],
        button=gettext("Log out everywhere"),
    )


def _cancel_sessions(_: AccountRecord, coming: ComingSessions) -> Question:
    now = len(coming.booking_ids)
    cancelled = ngettext("{count} session is cancelled.", "{count} sessions are cancelled.", now)
    sentences = [cancelled.format(count=now)]
    if coming.refunds:
        sums = ", ".join(exact_sum(refund) for refund in coming.refunds)
        sentences.append(gettext("All that was paid for them goes back: {sum}.").format(sum=sums))
    else:
        sentences.append(gettext("Nothing was paid for them, so that nothing goes back."))
    if coming.count > now:
        rest = ngettext(
            "{count} later session remains. Do it again for that one.",
            "{count} later sessions remain. Do it again for those.",
            coming.count - now,
        )
        sentences.append(rest.format(count=coming.count - now))
    sentences.append(gettext("Both sides see that Imoran cancelled. It cannot be undone."))
    title = ngettext("Cancel {count} coming session?", "Cancel {count} coming sessions?", now)
    return Question(
        title=title.format(count=now),
        sentences=sentences,
        button=gettext("Cancel and send the money back"),
        is_dangerous=True,
    )
