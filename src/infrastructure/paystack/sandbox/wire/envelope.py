"""What every answer of the real API is wrapped in, and how it writes times."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]

INTEGRATION_ID = 100_032


def answer(message: str, data: object, meta: Json | None = None) -> Json:
    """Wrap data in the success envelope."""
    envelope: Json = {"status": True, "message": message, "data": data}
    return envelope if meta is None else envelope | {"meta": meta}


def said(message: str) -> Json:
    """Answer without data."""
    return {"status": True, "message": message}


def instant(moment: datetime | None) -> str | None:
    """Write an instant as Paystack does: UTC with milliseconds and Z."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
