"""What stands around every page: how it looks, which language it speaks, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection

from interfaces.web import csrf
from interfaces.web.csrf import ForeignRequest
from interfaces.web.language import LANGUAGES, speech
from interfaces.web.submissions import submitted
from interfaces.web.visitors import Gate, Visitor, theme_of, way_back

THEME_COLOURS = {"dark": "#17161b", "light": "#f8f7f9"}
"""What browsers paint around a page: the grounds of both themes in `app.css`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """`theme` is `dark`, `light` or `system`; `here` is where choices in the shell lead back to.

    With `part` the answer is that block of the template alone, without anything around it.
    """

    theme: str
    language: str
    here: str
    part: str | None
    visitor: Visitor | None

    @property
    def painted(self) -> str:
        """The theme to begin with. Only the device knows what `system` is; a script asks it before it paints."""
        return "dark" if self.theme == "system" else self.theme

    @property
    def languages(self) -> Mapping[str, str]:
        """Those on offer, in their own words."""
        return LANGUAGES

    def token(self) -> str:
        """For the shell's own forms."""
        return shell_token(self.visitor) if self.visitor else ""


def shell_of(request: Request[Any, Any, Any], visitor: Visitor | None, part: str | None) -> Shell:
    """From the visitor, or from the cookies alone where nobody got as far as being one."""
    return Shell(
        theme=visitor.theme if visitor else theme_of(request.cookies),
        language=speech().language,
        here=way_back(request),
        part=part,
        visitor=visitor,
    )


def shell_token(visitor: Visitor) -> str:
    """A token for forms that stand on every page.

    Of people who are not signed in they change cookies only, so that no page has to set one for such a token.
    """
    return csrf.issue_token(visitor.settings.csrf_key, _binding(visitor))


def _binding(visitor: Visitor) -> str:
    return f"session:{visitor.session_key}" if visitor.session_key else "shell"


class ShellGate(Gate):
    """In front of the shell's own forms. They change how pages look to one browser, and nothing else."""

    async def _refuse_foreign(self, connection: ASGIConnection[Any, Any, Any, Any], visitor: Visitor) -> None:
        if not isinstance(connection, Request) or connection.method in csrf.SAFE_METHODS:
            return
        if not csrf.comes_from_here(connection.headers, visitor.settings.public_url):
            raise ForeignRequest
        fields = await submitted(connection)
        if not csrf.token_fits(visitor.settings.csrf_key, _binding(visitor), fields.pop(csrf.FIELD, "")):
            raise ForeignRequest
        connection.state["submission"] = fields
