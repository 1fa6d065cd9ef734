"""One web application for all tests of a worker: building it takes longer than most tests do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from litestar import Litestar

from application.product import Product
from interfaces.app import build_web_app
from interfaces.http.settings import HttpSettings


class SharedApp:
    """Serves whichever product it was last told to serve."""

    def __init__(self, product: Product, settings: HttpSettings) -> None:
        self.settings = settings
        self._parts = {part.name: _shell_of(getattr(product, part.name)) for part in fields(Product)}
        self.app: Litestar = build_web_app(Product(**self._parts), settings, lifespan=[])

    def serve(self, product: Product) -> None:
        """From now on. The parts that the application was built with become this product's."""
        for name, shell in self._parts.items():
            part = getattr(product, name)
            assert type(part) is type(shell), f"{name} is of another kind now"
            for attribute in _attributes_of(part):
                object.__setattr__(shell, attribute, getattr(part, attribute))


def _shell_of(part: Any) -> Any:
    return object.__new__(type(part))


def _attributes_of(part: object) -> Iterator[str]:
    yield from getattr(part, "__dict__", ())
    for kind in type(part).__mro__:
        slots = vars(kind).get("__slots__", ())
        yield from (name for name in slots if not name.startswith("__") and hasattr(part, name))
