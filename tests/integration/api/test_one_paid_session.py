"""The whole path by API: from registration to review."""

from __future__ import annotations

from uuid import UUID

import httpx

from tests.integration.api.program import PROFILE, Program, session
from tests.marketplace import Marketplace


async def test_one_paid_session_from_registration_to_review(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = await Program.of(client, "consultant", "ada")
    buyer = await Program.of(client, "client", "chidi")
    public = Program(client)

    profile = await consultant.call("PATCH", "/consultant/profile", json=PROFILE)
    assert profile.status_code == 200, profile.text
    slug = profile.json()["slug"]
    published = await consultant.post("/consultant/availabilities", session())

    [card] = (await public.get("/consultants?q=lagos&specialization=law"))["items"]
    assert (card["slug"], card["next_free_slot"]["id"]) == (slug, published["id"])
    [slot] = (await public.get(f"/consultants/{slug}/slots"))["items"]
    assert slot == {
        "id": published["id"],
        "starts_at": published["starts_at"],
        "ends_at": published["ends_at"],
        "capacity": 1,
        "seats_left": 1,
        "price": {"amount": 500_000, "currency": "NGN"},
        "service": None,
        "service_id": None,
    }
    assert slot["starts_at"].endswith("Z")

    booking = await buyer.post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
    assert booking["status"] == "pending"
    assert booking["hold_expires_at"] is not None
    assert (await public.get(f"/consultants/{slug}/slots"))["items"][0]["seats_left"] == 0

    path = f"/client/bookings/{booking['id']}"
    payment = await buyer.post(f"{path}/payment")
    assert payment["amount"] == {"amount": 500_000, "currency": "NGN"}
    assert payment["authorization_url"].endswith(payment["access_code"])
    assert (await buyer.post(f"{path}/payment"))["reference"] == payment["reference"]
    assert (await buyer.post(f"{path}/verify", status=200))["status"] == "pending"
    await marketplace.pay(payment["reference"])
    confirmed = await buyer.post(f"{path}/verify", status=200)
    assert (confirmed["status"], confirmed["hold_expires_at"]) == ("confirmed", None)
    assert [step["status"] for step in confirmed["history"]] == ["pending", "confirmed"]

    [received] = (await consultant.get("/consultant/bookings"))["items"]
    assert received["client"] == {"name": "Ada Okafor"}
    assert "email" not in str(received)
    link = {"meeting_platform": "Jitsi", "meeting_link": "https://meet.jit.si/lease"}
    put = await consultant.call("PUT", f"/consultant/bookings/{booking['id']}/meeting-link", json=link)
    assert put.status_code == 200, put.text
    assert (await buyer.get(path))["meeting_link"] == link["meeting_link"]

    complete = f"/consultant/bookings/{booking['id']}/complete"
    early = await consultant.call("POST", complete)
    assert (early.status_code, early.json()["code"]) == (409, "session_not_over")
    await marketplace.move_into_past(UUID(slot["id"]))
    assert (await consultant.post(complete, status=200))["status"] == "completed"

    review = await buyer.post(f"{path}/review", {"rating": 5, "comment": "Clear and kind."})
    assert review["rating"] == 5
    again = await buyer.call("POST", f"{path}/review", json={"rating": 1})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert (await public.get(f"/consultants/{slug}"))["rating"] == {"average": 5.0, "count": 1}
    [shown] = (await public.get(f"/consultants/{slug}/reviews"))["items"]
    assert (shown["comment"], shown["client_name"]) == ("Clear and kind.", "Ada")
    assert (await consultant.get("/consultant/reviews"))["items"] == [shown]
    [paid] = (await buyer.get("/client/payments"))["items"]
    assert (paid["status"], paid["reference"]) == ("success", payment["reference"])
    [earned] = (await consultant.get("/consultant/payments"))["items"]
    assert earned["amount"]["amount"] == 500_000
