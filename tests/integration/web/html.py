"""Reads a page as a browser without scripts would, as far as tests need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
BUTTON_TYPES = frozenset({"submit", "image", "button", "reset"})


@dataclass
class Element:
    """A tag, its attributes, and what is inside."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    own_text: list[str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        """All text inside, white space folded."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> list[str]:
        return self.own_text

    def all(self, *tags: str) -> list[Element]:
        """Every element of these tags inside, in page order; every element when none is named."""
        found: list[Element] = []
        for child in self.children:
            if not tags or child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def above(self, tag: str) -> Element | None:
        """The nearest element around that has this tag."""
        around = self.parent
        while around is not None and around.tag != tag:
            around = around.parent
        return around


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open[-1])
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> ends <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.own_text.append(data)


def parse(page: str) -> Element:
    """The page as a tree. Raises `AssertionError` when tags do not close in order."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert builder._open == [builder.root], f"<{builder._open[-1].tag}> is never closed"
    return builder.root


def fields_of(form: Element) -> dict[str, str]:
    """What a browser would send of it, without any button."""
    values: dict[str, str] = {}
    for control in form.all("input", "textarea", "select"):
        name, kind = control["name"], control["type"]
        if not name or kind in BUTTON_TYPES or kind == "file":
            continue
        if kind in ("checkbox", "radio"):
            if "checked" in control.attributes:
                values[name] = control["value"] or "on"
        elif control.tag == "select":
            options = control.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            values[name] = (chosen[0].attributes.get("value", chosen[0].text)) if chosen else ""
        elif control.tag == "textarea":
            values[name] = "".join(control.own_text).removeprefix("\n")
        else:
            values[name] = control["value"]
    return values


def mistakes_in(page: Element) -> list[str]:
    """What a careful reader of the markup would complain about, on any page."""
    found = []
    ids = [element["id"] for element in page.all() if element["id"]]
    found += [f"id {name} twice" for name in sorted(set(ids)) if ids.count(name) > 1]
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} h1")
    found += _heading_jumps(page)
    labels = {label["for"] for label in page.all("label")}
    found += [f"label for nothing: {name}" for name in labels - set(ids)]
    for element in page.all():
        found += _mistakes_of(element, ids, labels)
    return found


def _heading_jumps(page: Element) -> list[str]:
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    after_main = levels[levels.index(1) :] if 1 in levels else levels
    return [f"h{low} then h{high}" for low, high in pairwise(after_main) if high > low + 1]


def _mistakes_of(element: Element, ids: list[str], labels: set[str]) -> list[str]:
    found = [
        f"{name} on <{element.tag}>" for name in element.attributes if name == "style" or name.startswith("on")
    ]
    for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
        found += [f"{name} names {part}, which is not there" for part in element[name].split() if part not in ids]
    is_control = element.tag in ("select", "textarea") or (
        element.tag == "input" and element["type"] not in BUTTON_TYPES | {"hidden"}
    )
    if is_control and "hidden" not in element.attributes and element["id"] not in labels:
        found.append(f"no label: {element['name']}")
    if element.tag == "script" and not element["src"].startswith("/static/"):
        found.append("a script that is not a file of ours")
    if element.tag == "style":
        found.append("a style element")
    if element.tag == "img" and "alt" not in element.attributes:
        found.append(f"no alternative text: {element['src']}")
    if element.tag in ("a", "button") and not element.text and not element.all("img"):
        found.append(f"<{element.tag}> without words")
    if element.tag == "a" and element["target"] == "_blank" and "noopener" not in element["rel"]:
        found.append(f"a new tab that can reach back: {element['href']}")
    if element.tag == "form" and element["method"] == "post" and "csrf_token" not in fields_of(element):
        found.append(f"no token: {element['action']}")
    return found
