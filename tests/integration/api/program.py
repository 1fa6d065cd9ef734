"""A program that uses the API with a bearer token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.marketplace import ANSWER, PASSWORD, QUESTION

Json = dict[str, Any]


class Program:
    """Somebody's script: registers, gets a token, calls."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self._http = http
        self.token = token

    @classmethod
    async def of(cls, http: httpx.AsyncClient, role: str, username: str) -> Program:
        """Register and get a token."""
        registered = await http.post("/api/auth/register", json=registration(role, username))
        assert registered.status_code == 201, registered.text
        answer = await http.post("/api/auth/tokens", json={"identifier": username, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return cls(http, answer.json()["token"])

    async def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """A call with the token, if there is one."""
        headers = dict(request.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return await self._http.request(method, f"/api{path}", headers=headers, **request)

    async def get(self, path: str, **request: Any) -> Json:
        """The body of a good answer."""
        answer = await self.call("GET", path, **request)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def post(self, path: str, body: Json | None = None, *, status: int = 201) -> Json:
        """The body of the answer that is expected."""
        answer = await self.call("POST", path, json=body) if body is not None else await self.call("POST", path)
        assert answer.status_code == status, answer.text
        result: Json = answer.json()
        return result


def registration(role: str, username: str) -> Json:
    """A body that registers somebody."""
    return {
        "username": username,
        "email": f"{username}@example.com",
        "password": PASSWORD,
        "role": role,
        "first_name": "Ada",
        "last_name": "Okafor",
        "security_question": QUESTION,
        "security_answer": ANSWER,
    }


def session(*, in_days: float = 1, minutes: int = 60, seats: int = 1, price: int = 500_000) -> Json:
    """A body that publishes a slot."""
    starts_at = datetime.now(UTC) + timedelta(days=in_days)
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=minutes)).isoformat(),
        "max_slots": seats,
        "price": {"amount": price, "currency": "NGN"},
    }


PROFILE: Json = {
    "headline": "Contracts without tears",
    "bio": "Twenty years at the bar in Lagos.",
    "specializations": ["Law"],
    "languages": ["English", "Yoruba"],
    "time_zone": "Africa/Lagos",
    "default_price": {"amount": 500_000, "currency": "NGN"},
    "is_published": True,
}
