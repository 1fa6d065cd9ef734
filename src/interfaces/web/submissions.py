"""What a browser submitted: the fields of a form, each at most once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

MOST_FIELDS = 1200
LARGEST_FORM = 256 * 1024
Submission = dict[str, str]


async def submitted(request: Request[Any, Any, Any]) -> Submission:
    """The text fields. Raises `ClientException` (400) for a body that is no form, or names a field twice.

    The framework's own reader keeps the last thousand bodies, passwords included, in memory.
    """
    if request.content_type[0] == "multipart/form-data":
        parts = (await request.form()).multi_items()
        return _each_once((name, value) for name, value in parts if isinstance(value, str))
    try:
        body = (await request.body()).decode("ascii")
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as fault:
        raise ClientException("The form could not be read.") from fault
    return _each_once(pairs)


async def submitted_file(request: Request[Any, Any, Any], name: str) -> bytes:
    """The content of the file field; empty when no file was chosen."""
    for field, value in (await request.form()).multi_items():
        if field == name and isinstance(value, UploadFile):
            return await value.read()
    return b""


def _each_once(pairs: Iterable[tuple[str, str]]) -> Submission:
    fields: Submission = {}
    for name, value in pairs:
        if name in fields:
            raise ClientException("The form names a field twice.")
        fields[name] = value
    return fields
