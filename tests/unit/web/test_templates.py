"""Rules for the source of all templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interfaces.web.pages import TEMPLATES, environment

SOURCES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in SOURCES]
FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "an event attribute": r"\son[a-z]+\s*=",
    "a style element": r"<style",
    "a script with content": r"<script(?![^>]*\ssrc=)",
    "an address with code": r"javascript:",
    "an unescaped value": r"\|\s*safe\b|Markup|autoescape\s+false",
    "a foreign address": r"(?:src|href|action)=\"(?:https?:)?//",
    "a link to nowhere": r"href=\"#\"",
    "Bootstrap's weak contrasts": (
        r"\b(?:text-(?:primary|secondary|success|danger|warning|info|light)|link-(?:primary|secondary))\b(?!-)"
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_read(name: str) -> None:
    environment().get_template(name)


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_template_does_not_contain(what: str, path: Path) -> None:
    assert not re.search(FORBIDDEN[what], path.read_text()), what


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_every_form_that_posts_has_its_token(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
        assert "csrf(visitor)" in form or "shell_csrf(shell)" in form


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_a_page_that_needs_a_library_loads_it(path: Path) -> None:
    source = path.read_text()
    if re.search(r"\shx-(?:get|post|trigger)\b", source) and "extends" in source:
        assert 'include "components/htmx.html"' in source
    assert "data-bs-toggle" not in source, "Bootstrap's own scripts are not loaded"


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_scripts_evaluate_no_text_of_a_page(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\[|swal-function-param", source)
