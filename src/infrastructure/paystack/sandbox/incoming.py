"""Reads what callers of the API send, with Paystack's leniency and Paystack's complaints."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from email_validator import EmailNotValidError, validate_email

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.addresses import is_web_address
from infrastructure.paystack.sandbox.fees import LARGEST_AMOUNT, TERMS
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings

_REFERENCE = re.compile(r"[A-Za-z0-9.=_-]+")
_STRICT_REFERENCE = re.compile(r"[A-Za-z0-9.=-]+")

Body = dict[str, Any]


class NewTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request to initialize; `reference` is None when the caller leaves it to the API."""

    email: str
    amount: int
    currency: str
    reference: str | None
    callback_url: str | None
    channels: list[str]
    metadata: dict[str, Any] | None
    subaccount: str | None
    split_code: str | None
    transaction_charge: int | None
    is_fee_of_subaccount: bool


class NewRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request to refund; `transaction` is a reference or an id, `amount` None means all of it."""

    transaction: str
    amount: int | None
    currency: str | None
    customer_note: str | None
    merchant_note: str | None


def read_body(content: bytes, content_type: str) -> Body:
    """Decode a JSON or form body into its fields."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode()))
    try:
        body = msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise refuse("Invalid JSON in the request body") from error
    if not isinstance(body, dict):
        raise refuse("The request body has to be an object")
    return body


def read_new_transaction(body: Body, settings: SandboxSettings) -> NewTransaction:
    email = _read_email(body.get("email"))
    amount = read_amount(body.get("amount"))
    currency = _read_currency(body, settings)
    if amount > LARGEST_AMOUNT:
        raise refuse("Transaction amount limit exceeded", "invalid_amount")
    if settings.strict and amount < TERMS[currency].minimum:
        raise refuse("Invalid Amount Sent", "invalid_amount")
    return NewTransaction(
        email=email,
        amount=amount,
        currency=currency,
        reference=_read_reference(body.get("reference"), strict=settings.strict),
        callback_url=_read_callback(body.get("callback_url"), strict=settings.strict),
        channels=[str(channel) for channel in body.get("channels") or []],
        metadata=_read_metadata(body.get("metadata")),
        subaccount=optional_text(body.get("subaccount")),
        split_code=optional_text(body.get("split_code")),
        transaction_charge=_read_flat_charge(body.get("transaction_charge")),
        is_fee_of_subaccount=body.get("bearer") == "subaccount",
    )


def read_new_refund(body: Body) -> NewRefund:
    transaction = body.get("transaction")
    if isinstance(transaction, bool) or not isinstance(transaction, str | int) or transaction == "":
        raise refuse("Transaction is required", "missing_params")
    return NewRefund(
        transaction=str(transaction),
        amount=None if body.get("amount") is None else read_amount(body["amount"]),
        currency=optional_text(body.get("currency")),
        customer_note=optional_text(body.get("customer_note")),
        merchant_note=optional_text(body.get("merchant_note")),
    )


def read_amount(value: object) -> int:
    """Accept `100`, `"100"` and `100.0`, as the test API does; refuse fractions and anything below 1."""
    if value is None:
        raise refuse("Amount is required", "missing_params")
    if isinstance(value, float) and value.is_integer():
        amount = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        amount = value
    elif isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        amount = int(value)
    else:
        raise refuse('"amount" must be an integer', "invalid_amount")
    if amount <= 0:
        raise refuse("Invalid Amount Sent", "invalid_amount")
    return amount


def read_number(text: str | None) -> int | None:
    """Read a text of digits, such as an id, that fits 64 bits; None when it is something else."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,18}", text) else None


def _read_email(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RequestRefusedError(refusals.MISSING_EMAIL)
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise refuse("Invalid Email Address Passed", "invalid_email_address") from error


def _read_currency(body: Body, settings: SandboxSettings) -> str:
    currency = body.get("currency")
    is_defaulted = "currency" not in body or (currency is None and not settings.strict)
    if is_defaulted:
        return settings.currencies[0]
    if not isinstance(currency, str) or currency not in settings.currencies:
        raise refuse("Currency not supported by merchant", "unsupported_currency")
    return currency


def _read_reference(value: object, *, strict: bool) -> str | None:
    if value is None or value == "":
        return None
    allowed = _STRICT_REFERENCE if strict else _REFERENCE
    if not isinstance(value, str) or not allowed.fullmatch(value):
        raise refuse("Invalid character in transaction reference")
    return value


def _read_callback(value: object, *, strict: bool) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and is_web_address(value):
        return value
    if strict:
        raise refuse("Callback URL has to be an absolute URL")
    return None


def _read_flat_charge(value: object) -> int | None:
    return None if value is None else read_amount(value)


def _read_metadata(value: object) -> dict[str, Any] | None:
    """Numbers keep their type inside a JSON text, and come back as texts from an object."""
    if isinstance(value, dict):
        stringified: dict[str, Any] = _with_numbers_as_text(value)
        return stringified
    if not isinstance(value, str):
        return None
    try:
        decoded = json.loads(value)
    except json.JSONDecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None


def _with_numbers_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_numbers_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_numbers_as_text(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def optional_text(value: object) -> str | None:
    """Take a text that says something; None for everything else."""
    return value if isinstance(value, str) and value else None


def required_text(body: Body, field: str) -> str:
    """Take a text that has to be there; raises RequestRefusedError when it is not."""
    value = optional_text(body.get(field))
    if value is None:
        raise refuse(f"{field} is required", "missing_params")
    return value
