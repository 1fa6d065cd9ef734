"""Money between people and subunits: how it is written, and how what people type is read."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol

from application.money_view import MoneyView
from domain.money import LARGEST_AMOUNT, Money
from domain.refusals import Invalid
from domain.sentences import Sentence
from interfaces.web.language import locale, pgettext

ENGLISH = "en_NG"
SYMBOLS = {"NGN": "₦", "USD": "$"}
_TYPED = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?\Z")
_DECIMAL_COMMA = re.compile(r",([0-9]{1,2})\Z")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_LONGEST = 40


def money_in_words(money: MoneyView) -> str:
    """`₦5,000.00`, or `Free`. Every currency that Paystack collects in has hundredths, XOF included."""
    return exact_sum(money) if money.amount else pgettext("price", "Free")


def exact_sum(money: MoneyView) -> str:
    """`₦5,000.00`, zero included; in French `5 000,00 ₦`, whose own custom is to write `NGN`."""
    major = Decimal(money.amount) / 100
    said = format_currency(major, money.currency, locale=locale(), currency_digits=money.currency != "XOF")
    if locale() == ENGLISH:
        return said
    return said.replace(get_currency_symbol(money.currency, locale=locale()), currency_mark(money.currency))


def money_as_typed(money: MoneyView) -> str:
    """What stands in a field before anybody types: `5000`, or `5000.50`."""
    major, minor = divmod(money.amount, 100)
    return f"{major}.{minor:02}" if minor else str(major)


def currency_mark(currency: str) -> str:
    """What stands before a field for money."""
    return SYMBOLS.get(currency, currency)


def read_money(typed: str, currency: str, *, field: str) -> Money:
    """`5000`, `5,000`, `₦5,000.00` and `5 000` in subunits; nothing is rounded. Raises `Invalid` for `field`."""
    text = _SPACES.sub("", typed[: _LONGEST + 1]).removeprefix(currency_mark(currency)).removeprefix(currency)
    if get_decimal_symbol(locale()) == ",":
        text = _DECIMAL_COMMA.sub(r".\1", text.removesuffix(currency_mark(currency)))
    found = _TYPED.match(text)
    if found is None or len(typed) > _LONGEST:
        raise Invalid.field(
            field, Sentence("Enter a sum such as {mark}5,000.00, or 0 for free.", mark=currency_mark(currency))
        )
    if len(found.group(1) or "") > 2:
        raise Invalid.field(field, "Use at most two digits after the point.")
    subunits = int(Decimal(text.replace(",", "")) * 100)
    if subunits > LARGEST_AMOUNT:
        raise Invalid.field(field, Sentence("Enter at most {most:,}.", most=LARGEST_AMOUNT // 100))
    return Money(subunits, currency)
