"""Walks through a site as somebody who follows every link, and looks hard at each kind of page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Page, Response

NARROWEST, NARROW, WIDE = 320, 360, 1280
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
IN_ADDRESSES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[0-9]{4}-[0-9]{2}(-[0-9]{2})?|(?<=/)[A-Z]*-?[0-9]+(?=/|$)"
)
ONE_OF_MANY = (
    (re.compile(r"^/consultants/[^/]+"), "/consultants/*"),
    (re.compile(r"^/media/.*"), "/media/*"),
    (re.compile(r"^/static/.*"), "/static/*"),
)
NOT_PAGES = re.compile(r"^/(static|media|api|calendar|webhooks)/|\.(ics|csv|pdf|json|txt|zip)$|/pdf$|/csv$")

LOOK = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const where = (one) => one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
  return found.violations.map((one) => `${one.id}: ${where(one)}`);
}"""
LINKS = """() => [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"))"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return null;
  const all = [...document.querySelectorAll("body *")];
  const culprit = all.find((one) => one.getBoundingClientRect().right > width + 1);
  return culprit ? culprit.outerHTML.slice(0, 160) : "something";
}"""
SQUEEZED = """() => {
  const own = (one) => [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  const words = (one) => own(one).map((node) => node.data).join("");
  const isSqueezed = (box) => box.width > 0 && box.width < 20 && box.height > 60;
  const all = [...document.querySelectorAll("body *")];
  const culprit = all.find((one) => words(one).trim().length > 3 && isSqueezed(one.getBoundingClientRect()));
  return culprit ? culprit.outerHTML.slice(0, 160) : null;
}"""
IN_LIGHT = """() => { document.documentElement.dataset.bsTheme = "light"; }"""


@cache
def axe() -> str:
    """The script that knows the accessibility guidelines."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def kind_of(path: str) -> str:
    """The page's address with whatever differs from one to the next left open."""
    for pattern, kind in ONE_OF_MANY:
        path = pattern.sub(kind, path)
    return IN_ADDRESSES.sub("*", path)


@dataclass
class Walk:
    """What a visitor has seen. `complaints` name the page; none is good."""

    page: Page
    seen: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    async def through(self, *starts: str, but_for: re.Pattern[str]) -> None:
        """From these addresses on, to one page of every kind, leaving out paths that begin like that."""
        ways = deque(starts)
        while ways:
            path = ways.popleft()
            if kind_of(urlsplit(path).path) in self.seen or but_for.match(path):
                continue
            self.seen[kind_of(urlsplit(path).path)] = path
            answer = await self.page.goto(path)
            self._judge(answer, path)
            await self.look()
            ways += self._own(await self.page.evaluate(LINKS))

    async def by_mistake(self, path: str, status: int) -> None:
        """To a page that says no."""
        answer = await self.page.goto(path)
        if answer is None or answer.status != status:
            self._complain(f"{path} does not answer {status}")
        await self.look()

    async def look(self) -> None:
        """At the page as it stands: on a narrow screen in the dark, and on a wide one by day."""
        await self.page.set_viewport_size({"width": NARROWEST, "height": 800})
        if culprit := await self.page.evaluate(TOO_WIDE):
            self._complain(f"wider than {NARROWEST} px: {culprit}")
        if culprit := await self.page.evaluate(SQUEEZED):
            self._complain(f"letter below letter at {NARROWEST} px: {culprit}")
        await self.page.set_viewport_size({"width": NARROW, "height": 800})
        await self.page.evaluate(axe())
        await self._consult_axe("narrow and dark")
        await self.page.set_viewport_size({"width": WIDE, "height": 900})
        await self.page.evaluate(IN_LIGHT)
        await self._consult_axe("wide and light")

    async def _consult_axe(self, state: str) -> None:
        for violation in await self.page.evaluate(LOOK, WCAG):
            self._complain(f"{state}: {violation}")

    def _judge(self, answer: Response | None, path: str) -> None:
        if answer is None or answer.status >= 400:
            self._complain(f"{path} answers {answer.status if answer else 'nothing'}")

    def _own(self, links: Iterable[str]) -> list[str]:
        found = []
        for link in links:
            address = urlsplit(urljoin(self.page.url, link))
            is_own = address.netloc == urlsplit(self.page.url).netloc
            if is_own and not NOT_PAGES.search(address.path):
                found.append(address.path + (f"?{address.query}" if address.query else ""))
        return found

    def _note(self, kind: str, text: str) -> None:
        # Of an answer that says no the browser makes an error of its own.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self._complain(text)

    def _complain(self, what: str) -> None:
        self.complaints.append(f"{urlsplit(self.page.url).path}: {what}")
