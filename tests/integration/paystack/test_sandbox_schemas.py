"""Each answer of the sandbox against Paystack's own OpenAPI document.

`paystack_schemas.json` is cut from it, word for word; its source and licence are beside it.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, ValidationError

from .sandbox_driver import Json, SandboxDriver, running_sandbox

SCHEMAS: Json = json.loads((Path(__file__).parent / "paystack_schemas.json").read_text())["answers"]


def in_json_schema(schema: Any) -> Any:
    """Say OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [in_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    words = {name: in_json_schema(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") and "type" in words:
        words["type"] = [words["type"], "null"]
    return words


def place(error: ValidationError) -> str:
    """Name what an error is about: `data.*.customer.phone`."""
    steps = ["*" if isinstance(step, int) else str(step) for step in error.absolute_path]
    if error.validator == "required":
        steps.append(next(name for name in error.validator_value if name not in error.instance))
    return ".".join(steps)


def complaints(operation: str, answer: httpx.Response) -> set[str]:
    validator = Draft202012Validator(in_json_schema(SCHEMAS[operation]))
    return {place(error) for error in validator.iter_errors(answer.json())}
