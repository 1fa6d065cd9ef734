"""Sentences for people that can be said in another language."""

from __future__ import annotations


class Sentence(str):
    """A sentence with its values in place; as text it is English.

    `template` is the sentence without its values (`str.format`'s syntax), by which catalogues know it. A sentence
    whose values are sentences themselves says those in the other language too.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Sentence:
        """Put the values into the template."""
        made = super().__new__(cls, template.format(**values))
        made.template = template
        made.values = values
        return made
