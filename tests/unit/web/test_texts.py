"""Every text that people read is one that a catalogue can say in another language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from interfaces.web.pages import TEMPLATES, environment

WEB = TEMPLATES.parent
SAID_AS_IT_IS = {"Apple", "Imoran", "Paystack", "Google", "Outlook", "API", "CSV", "PDF", "ìmọ̀ràn", "UTC", "IANA"}
"""Names, and words that every language writes so."""
FOR_DEVELOPERS = ("design.html", "design_question.html", "rooms/design.py")
TAG = re.compile(r"<!--.*?-->|<[^<>]*>|\b[a-z-]+=\"[^\"]*\"", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:aria-label|alt|placeholder|title|data-label|data-confirm[a-z-]*)="([^"]*)"?')
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&[a-z]+;")
SENTENCE = re.compile(r"[A-Z][a-z]+|[a-z]+ [a-z]+")
PROSE = re.compile(r"^[A-Z][a-z]+ [a-z]|[a-z]+ [a-z]+ [a-z]+.*[.,?!]")
MARKING = {
    "gettext", "ngettext", "pgettext", "npgettext", "Sentence", "FieldError", "field", "require",
    "text", "secret", "choice", "whole_number", "ClientException", "QueryParameter",
    "error", "warning", "info", "RuntimeError", "TypeError", "ValueError", "LookupError", "compile",
}  # fmt: skip
"""Calls whose texts are translated, or that nobody reads but ourselves."""
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def bare_words(template: str) -> Iterator[str]:
    """Words that stand in a template as they are, in any language."""
    source = (TEMPLATES / template).read_text()
    markup = _own_markup(source)
    for words in (*SPOKEN_ATTRIBUTE.findall(markup), *TAG.split(markup)):
        if set(WORD.findall(ENTITY.sub(" ", words))) - SAID_AS_IT_IS:
            yield " ".join(words.split())
    for call in environment().parse(source).find_all(nodes.Call):
        if getattr(call.node, "name", None) not in TRANSLATING:
            yield from _spoken_arguments(call)


def _own_markup(source: str) -> str:
    """The template without its expressions and statements, and without what is translated."""
    parts, is_translated, statement = [], False, ""
    for _, kind, value in environment().lex(source):
        if kind == "data" and not is_translated:
            parts.append(value)
        elif kind == "block_begin":
            statement = ""
        elif kind == "name" and not statement:
            statement = value
            is_translated = (is_translated or value == "trans") and value != "endtrans"
    return "".join(parts)


def _spoken_arguments(call: nodes.Call) -> Iterator[str]:
    for argument in (*call.args, *(keyword.value for keyword in call.kwargs)):
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str) and _is_said(argument.value):
            yield argument.value


def _is_said(text: str) -> bool:
    return bool(SENTENCE.match(text) and set(WORD.findall(text)) - SAID_AS_IT_IS)


def words_of_python(source: str) -> Iterator[str]:
    """Sentences in a module that nobody translates."""
    tree = ast.parse(source)
    translated = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name_of(call) in MARKING
        for argument in ast.walk(call)
    }
    parts = {id(part) for joined in ast.walk(tree) if isinstance(joined, ast.JoinedStr) for part in joined.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            translated.add(id(node.value))
    for node in ast.walk(tree):
        if id(node) in translated or id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        if PROSE.search(words):
            yield words


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize(
    "template",
    sorted(
        {path.relative_to(TEMPLATES).as_posix() for path in Path(TEMPLATES).rglob("*.html")} - {*FOR_DEVELOPERS}
    ),
)
def test_no_template_has_words_of_its_own(template: str) -> None:
    assert list(bare_words(template)) == []


@pytest.mark.parametrize(
    "module", sorted({path.relative_to(WEB).as_posix() for path in WEB.rglob("*.py")} - {*FOR_DEVELOPERS})
)
def test_no_module_of_the_pages_has_words_of_its_own(module: str) -> None:
    assert list(words_of_python((WEB / module).read_text())) == []
