"""Collects every text that people read, for the catalogues of other languages.

    make messages               brings the catalogues up to date with the source
    make messages LANGUAGE=fr   begins one

Found are `gettext` and its kin in Python and in templates, and what the domain says: `Sentence(…)`, messages of
field errors, and the `sentence` of each refusal. Programs are spoken to in English.
"""

from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
CATALOGUES = SOURCE / "interfaces" / "web" / "locales"
WIDTH = 110

Message = tuple[int, str | tuple[str, str], str | None]
"""Line, text (or singular and plural), context."""

KEYWORDS = ("_", "gettext", "ngettext", "pgettext", "npgettext")
TEXT_AT = {
    "gettext": 0, "Sentence": 0, "ClientException": 0, "FieldError": 1, "field": 1, "require": 2,
    "text": 1, "secret": 1, "choice": 2, "whole_number": 1,
}  # fmt: skip
"""Which argument of a call is a text; the calls are known by the last part of their names."""


def template() -> Catalog:
    """Everything that is said, in the order of files and lines."""
    catalog = Catalog(project="Imoran", fuzzy=False)
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.is_relative_to(SOURCE / "interfaces" / "api"):
            _take(catalog, path, messages_in_python(path.read_text()))
    for path in sorted(SOURCE.rglob("*.html")):
        _take(catalog, path, _messages_in_template(path))
    return catalog


def _take(catalog: Catalog, path: Path, messages: Iterator[Message]) -> None:
    place = path.relative_to(ROOT).as_posix()
    for line, text, context in messages:
        catalog.add(text, locations=[(place, line)], context=context)


def messages_in_python(source: str) -> Iterator[Message]:
    """By the names of calls, and the class attribute `sentence`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.ClassDef):
            yield from _of_class(node)


def _of_call(call: ast.Call) -> Iterator[Message]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [_text(argument) for argument in call.args]
    if name in TEXT_AT and len(texts) > TEXT_AT[name] and (text := texts[TEXT_AT[name]]):
        yield call.lineno, text, None
    elif name == "ngettext" and texts[0] and texts[1]:
        yield call.lineno, (texts[0], texts[1]), None
    elif name == "pgettext" and texts[1]:
        yield call.lineno, texts[1], texts[0]
    elif name == "npgettext" and texts[1] and texts[2]:
        yield call.lineno, (texts[1], texts[2]), texts[0]


def _of_class(declared: ast.ClassDef) -> Iterator[Message]:
    for statement in declared.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not _is_called(statement, "sentence"):
            continue
        if text := _text(statement.value):
            yield statement.lineno, text, None


def _is_called(statement: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)] == [name]


def _text(expression: ast.expr | None) -> str | None:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return expression.value
    return None


def _messages_in_template(path: Path) -> Iterator[Message]:
    options = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "trim_blocks": "true",
               "lstrip_blocks": "true"}  # fmt: skip
    with path.open("rb") as source:
        for line, function, found, _ in babel_extract(source, KEYWORDS, [], options):
            texts = [text or "" for text in ([found] if isinstance(found, str) else found or ())]
            context = texts.pop(0) if function in ("pgettext", "npgettext") else None
            if texts[0]:
                yield line, (texts[0], texts[1]) if function in ("ngettext", "npgettext") else texts[0], context


def written(catalog: Catalog) -> bytes:
    """As a file; without dates and places, so that it changes only when texts do."""
    target = io.BytesIO()
    write_po(target, catalog, width=WIDTH, no_location=True, omit_header=False, sort_output=False)
    return target.getvalue()


def main() -> int:
    """The command."""
    CATALOGUES.mkdir(exist_ok=True)
    texts = template()
    names = {path.stem for path in CATALOGUES.glob("*.po")} | {*os.environ.get("LANGUAGE", "").split()}
    for name in sorted(names):
        path = CATALOGUES / f"{name}.po"
        if path.exists():
            with path.open("rb") as source:
                catalog = read_po(source, locale=name)
        else:
            catalog = Catalog(locale=name, project="Imoran", fuzzy=False)
        catalog.update(texts, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path.write_bytes(written(catalog))
        missing = sum(1 for message in catalog if message.id and not message.string)
        print(f"{name}: {len(catalog)} texts, {missing} to be translated")  # noqa: T201 - a command for people
    return 0


if __name__ == "__main__":
    sys.exit(main())
