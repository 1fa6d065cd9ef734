"""What somebody had entered in a form that could not be taken: it stays in the page, until they send it again."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request

from interfaces.web.forms.form import Form
from interfaces.web.own_paths import own_path
from interfaces.web.visitors import submission_of, way_back

FIELD = "kept"
LONGEST = 200_000
WORTH_SHOWING = 25
"""Characters from which on a text took some thought, and is shown to whoever wrote it."""


class KeptEntries(msgspec.Struct, frozen=True, kw_only=True):
    """`action` is where the form goes, `page` where it stood. Passwords, answers, codes and files are never kept:
    `lacks_secrets` says that there were some.
    """

    action: str
    page: str
    fields: dict[str, str]
    lacks_secrets: bool

    @classmethod
    def of(cls, request: Request[Any, Any, Any]) -> KeptEntries:
        """Those of a request that was not carried out."""
        typed = submission_of(request)
        secret = {name for name in typed if name in _secret_fields()}
        url = request.url
        return cls(
            action=url.path + (f"?{url.query}" if url.query else ""),
            page=way_back(request),
            fields={name: value for name, value in typed.items() if name not in secret},
            lacks_secrets=any(typed[name] for name in secret) or request.content_type[0] == "multipart/form-data",
        )

    @classmethod
    def unpacked(cls, packed: str) -> KeptEntries | None:
        """What `packed` made, as far as it leads to a page of our own."""
        try:
            entries = msgspec.json.decode(packed[:LONGEST], type=cls)
        except msgspec.DecodeError:
            return None
        is_own = own_path(entries.action, "") and own_path(entries.page, "")
        return entries if is_own else None

    @property
    def packed(self) -> str:
        """For a hidden field."""
        return msgspec.json.encode(self).decode()

    @property
    def texts(self) -> list[str]:
        """What took some thought to write."""
        return [
            value for name, value in self.fields.items() if len(value) >= WORTH_SHOWING and " " in value.strip()
        ]


@functools.cache
def _secret_fields() -> frozenset[str]:
    """Of all forms; a field that is secret in one of them is kept of none."""
    return frozenset(name for form in _descendants(Form) for name in form.SECRET)


def _descendants(form: type[Form]) -> Iterator[type[Form]]:
    for heir in form.__subclasses__():
        yield heir
        yield from _descendants(heir)
