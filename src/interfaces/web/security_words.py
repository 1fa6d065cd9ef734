"""The words about getting into an account: questions, devices, tokens, and what stands in the way of leaving."""

from __future__ import annotations

from domain.erasure import Hindrance
from interfaces.web.language import gettext


def questions() -> dict[str, str]:
    """The security questions on offer, by key."""
    return {
        "phrase": gettext("What is the recovery phrase that you wrote down?"),
        "first_employer_street": gettext("On which street was your first place of work?"),
        "childhood_neighbour": gettext("What was the full name of a neighbour from your childhood?"),
        "first_trip": gettext("Where did you go on the first trip without your family?"),
        "teacher_nickname": gettext("What did pupils call the teacher whom everybody feared?"),
        "lost_thing": gettext("What is the thing you lost that you still think about?"),
        "first_phone_model": gettext("What was the make and model of your first phone?"),
        "unfinished_book": gettext("Which book did you never finish?"),
        "first_concert": gettext("Who played at the first concert that you went to?"),
        "childhood_hideout": gettext("Where did you hide as a child?"),
        "invented_game": gettext("What was the name of a game that you made up?"),
        "first_salary_purchase": gettext("What did you buy with your first salary?"),
        "worst_job": gettext("What was the worst job that you ever did?"),
    }


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Marks of browsers. Most of them claim to be others too, so that the first one found counts."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """What somebody would call the device that a browser runs on, as far as the browser says."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if browser and system:
        return gettext("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or gettext("Unknown device")


def scopes(names: list[str]) -> str:
    """What a token may be used for."""
    if "write" not in names:
        return gettext("May read")
    return gettext("May read and change") if "read" in names else gettext("May change, but not read")


def lives() -> dict[str, str]:
    """How long a new token may live, by days."""
    return {
        "7": gettext("7 days"),
        "30": gettext("30 days"),
        "90": gettext("90 days"),
        "365": gettext("1 year"),
    }


def hindrance(kind: Hindrance, role: str) -> tuple[str, str, str]:
    """What stands in the way of deleting an account, where to deal with it, and what that place is called."""
    is_client = role == "client"
    sessions = "/bookings" if is_client else "/consultant/bookings"
    payments = "/payments" if is_client else "/consultant/payments"
    payouts = "/consultant/payouts"
    return {
        Hindrance.SESSIONS: (
            gettext("Sessions are still to come, or not closed yet. Cancel them, or wait until they are over."),
            sessions,
            gettext("Look at the sessions"),
        ),
        Hindrance.PAYMENTS: (
            gettext("A payment may still arrive. That is settled within seven days."),
            payments,
            gettext("Look at the payments"),
        ),
        Hindrance.REFUNDS: (
            gettext("Money is on its way back. Wait until it has arrived."),
            payments,
            gettext("Look at the refunds"),
        ),
        Hindrance.DISPUTES: (
            gettext("A dispute about a session is not decided yet."),
            sessions,
            gettext("Look at the sessions"),
        ),
        Hindrance.EARNINGS: (
            gettext("Earnings have not been paid out, or more went back than you earned. Settle them first."),
            "/consultant/earnings",
            gettext("Look at the earnings"),
        ),
        Hindrance.PAYOUTS: (
            gettext("A payout is on its way to you."),
            payouts,
            gettext("Look at the payouts"),
        ),
    }[kind]
