"""The API describes itself completely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

Json = dict[str, Any]
UNDOCUMENTED = ("/api/schema", "/api/docs", "/api/docs/start.js")


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> Json:
    """What a program reads first."""
    answer = await client.get("/api/schema/")
    assert answer.headers["content-type"] == "application/json"
    body: Json = answer.json()
    return body


def _operations(schema: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_every_route_for_programs_is_described(app: Litestar, schema: Json) -> None:
    served = {
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith(("/api", "/webhooks", "/healthz", "/readyz"))
        for method in route.methods
        if method != "OPTIONS" and route.path not in UNDOCUMENTED
    }
    assert served == {(method, path) for method, path, _ in _operations(schema)}


def test_every_operation_says_what_it_is_and_how_it_refuses(schema: Json) -> None:
    assert schema["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in _operations(schema)]
    assert len(names) == len(set(names))
    for method, path, operation in _operations(schema):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, status)
            if status >= "400":
                [(media_type, content)] = answer["content"].items()
                assert media_type == "application/problem+json"
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= operation["responses"].keys(), (method, path)


def test_every_operation_that_needs_a_token_names_the_scope(schema: Json) -> None:
    assert schema["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"
    for method, path, operation in _operations(schema):
        if "401" not in operation["responses"] or path in ("/api/auth/tokens", "/webhooks/paystack"):
            continue
        [requirement] = operation["security"]
        assert requirement == {"BearerToken": ["read" if method == "GET" else "write"]}, path


def test_every_field_of_a_body_has_an_example(schema: Json) -> None:
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in _operations(schema)
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type == "application/json"
    }
    assert "BookingRequest" in bodies
    for name in bodies:
        for field, kind in schema["components"]["schemas"][name]["properties"].items():
            assert kind.get("examples"), (name, field)


def test_bodies_refuse_unknown_fields_in_writing_too(schema: Json) -> None:
    assert schema["components"]["schemas"]["BookingRequest"]["additionalProperties"] is False


async def test_every_operation_with_a_token_refuses_without_one(client: httpx.AsyncClient, schema: Json) -> None:
    nobody = "01980000-0000-7000-8000-000000000000"
    for method, path, operation in _operations(schema):
        if not operation.get("security"):
            continue
        media_type = next(iter(operation.get("requestBody", {}).get("content", {})), None)
        address = re.sub(r"\{\w+\}", nobody, path.replace("{number}", "1"))
        headers = {"Content-Type": media_type} if media_type else {}
        answer = await client.request(method, address, headers=headers, content=b"{}" if media_type else None)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_page_loads_only_files_of_ours(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs/")
    assert "<script>" not in page.text
    assert "style=" not in page.text
    addresses = [part.split('"')[0] for part in page.text.replace('href="', 'src="').split('src="')[1:]]
    files = [address for address in addresses if not address.startswith("data:")]
    assert len(files) == 3
    for address in files:
        assert address.startswith("/")
        assert (await client.get(address)).status_code == 200
