"""A browser without scripts: follows redirects, keeps cookies, sends forms as they stand in the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from application.accounts.callers import Caller
from tests.integration.web.html import Element, fields_of, parse
from tests.marketplace import PASSWORD

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """One visitor. `answer` is the last one, `page` its tree."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.answer = httpx.Response(200)

    @property
    def page(self) -> Element:
        """The page that is open."""
        return parse(self.answer.text)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.answer.url.path

    @property
    def main(self) -> str:
        """What stands in the page, without its frame."""
        [main] = self.page.all("main")
        return main.text

    async def open(self, path: str, *, status: int = 200) -> Element:
        """Go to an address of the site."""
        self.answer = await self.client.get(path, follow_redirects=True)
        assert self.answer.status_code == status, (path, self.answer.status_code, self.answer.text[-3000:])
        return self.page

    def form(self, action: str) -> Element:
        """The form in the page that is posted there."""
        forms = [form for form in self.page.all("form") if form["method"] == "post"]
        [form] = [form for form in forms if form["action"] == action]
        return form

    async def send(
        self,
        action: str,
        rows: Mapping[str, str] | None = None,
        *,
        status: int = 200,
        follow: bool = True,
        **typed: str,
    ) -> None:
        """Fill in the form and send it; `rows` are fields whose names are no Python names."""
        fields = fields_of(self.form(action)) | dict(rows or {}) | typed
        self.answer = await self.client.post(action, data=fields, headers=OWN_PAGE, follow_redirects=follow)
        assert self.answer.status_code == status, (action, self.answer.status_code, self.answer.text[-3000:])

    async def upload(self, action: str, content: bytes, *, status: int = 200, **typed: str) -> None:
        """Send the form with a picture."""
        fields: dict[str, Any] = fields_of(self.form(action)) | typed
        self.answer = await self.client.post(
            action,
            data=fields,
            files={"picture": ("picture.png", content, "image/png")},
            headers=OWN_PAGE,
            follow_redirects=True,
        )
        assert self.answer.status_code == status, (action, self.answer.status_code, self.answer.text[-3000:])

    async def log_in(self, caller: Caller) -> None:
        """As that person."""
        await self.open("/login")
        await self.send("/login", identifier=caller.username, password=PASSWORD)
        assert self.path != "/login", self.main
