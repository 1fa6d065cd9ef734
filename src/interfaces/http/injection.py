"""Hands the product's parts to handlers by their names."""

from __future__ import annotations

from dataclasses import fields

from litestar.di import Provide

from application.product import Product
from interfaces.http.settings import HttpSettings


def dependencies_of(product: Product, settings: HttpSettings) -> dict[str, Provide]:
    """Every use case and group of reads under its attribute's name, and `http_settings`.

    They are constants. A handler that asks for one costs next to nothing; several at once are gathered
    in a task group, which takes longer than everything else that the framework does.
    """
    parts = {part.name: getattr(product, part.name) for part in fields(product)}
    return {name: provide(part) for name, part in (parts | {"http_settings": settings}).items()}


def provide(part: object) -> Provide:
    """That part, always."""
    return Provide(lambda: part, use_cache=True, sync_to_thread=False)
