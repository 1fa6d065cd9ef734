"""A request that takes too long is given up; an answer that has begun is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, get
from litestar.response import Stream

from interfaces.http import deadline
from interfaces.http.deadline import Deadline
from interfaces.http.errors import ErrorAnswers
from tests.lifespans import running


@pytest.fixture
async def http(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """An application whose patience is short."""
    monkeypatch.setattr(deadline, "ANSWER_WITHIN_S", 0.2)

    @get("/api/slow")
    async def slow() -> str:
        await asyncio.sleep(60)
        return "never"

    @get("/api/quick")
    async def quick() -> str:
        return "at once"

    @get("/api/long")
    async def long() -> Stream:
        async def words() -> AsyncIterator[str]:
            for word in ("a ", "long ", "story"):
                yield word
                await asyncio.sleep(0.15)

        return Stream(words())

    app = Litestar(
        [slow, quick, long],
        middleware=[Deadline],
        exception_handlers=ErrorAnswers(cast(Any, None)).handlers(),
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app=cast(Any, app))
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_a_request_without_an_answer_is_given_up_with_words(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/slow")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]


async def test_a_quick_answer_and_a_long_one_that_has_begun_are_left_alone(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/quick")).text == "at once"
    assert (await http.get("/api/long")).text == "a long story"
