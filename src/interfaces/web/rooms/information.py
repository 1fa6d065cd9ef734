"""What everybody may want to know before, while and after they use Imoran."""

from __future__ import annotations

from litestar import Controller, get

from interfaces.web.pages import Page


class InformationController(Controller):
    """The same for everybody; nothing is read for it."""

    path = "/"

    @get("/help")
    async def answers(self) -> Page:
        """Questions that people have, and where to go on."""
        return Page("help.html")

    @get("/terms")
    async def terms(self) -> Page:
        """What clients, consultants and Imoran owe each other."""
        return Page("terms.html")

    @get("/privacy")
    async def privacy(self) -> Page:
        """What is kept about people, and what they can do about it."""
        return Page("privacy.html")
