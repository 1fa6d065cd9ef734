import asyncio
import re

import httpx
import pytest

from .sandbox_driver import CALLBACK_URL, SandboxDriver, running_sandbox

GOOD_CARD = {"number": "4084 0840 8408 4081", "expiry": "12/30", "cvv": "408"}


def where(response: httpx.Response) -> str:
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def test_the_page_says_who_is_paid_what_by_whom_and_that_it_is_no_real_money() -> None:
    async with running_sandbox(business_name="Imoran & Sons") as sandbox:
        page = (await sandbox.look(await sandbox.initialize(reference="im-1"))).text

    for text in (
        "Sandbox: no real money",
        "Imoran &amp; Sons",
        "₦5,000.00",
        "ada@example.com",
        "im-1",
        "4084 0840 8408 4081",
    ):
        assert text in page


async def test_the_page_may_lead_to_the_shop_and_nowhere_else() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(
            callback_url="https://shop.test:8443/return", metadata={"cancel_action": "https://help.test/x"}
        )
        page = await sandbox.look(opened)

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert policy.endswith("form-action 'self' https://help.test https://shop.test:8443")
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!shop\.test)', page.text)


@pytest.mark.parametrize("address", ["https://a;script-src *//x", "javascript:alert(1)", "https://u:p@shop.test"])
async def test_an_address_cannot_smuggle_anything_into_the_policy(address: str) -> None:
    async with running_sandbox(strict=False) as sandbox:
        opened = await sandbox.initialize(callback_url=address, metadata={"cancel_action": address})
        page = await sandbox.look(opened)
        cancelled = await sandbox.act(opened, "cancel")

    assert page.headers["content-security-policy"].endswith("form-action 'self'")
    assert where(cancelled) == f"/checkout/{opened['access_code']}"


async def test_paying_by_card_sets_everything_and_leads_back_with_the_reference() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1", callback_url=f"{CALLBACK_URL}?a=1&reference=old#end")
        sandbox.clock.pass_by(60)
        response = await sandbox.act(opened, "card", **GOOD_CARD)
        data = await sandbox.verify("im-1")

    assert where(response) == f"{CALLBACK_URL}?a=1&trxref=im-1&reference=im-1#end"
    assert (data["status"], data["gateway_response"], data["channel"]) == ("success", "Successful", "card")
    assert (data["amount"], data["fees"]) == (500_000, 17_500)
    assert data["paid_at"] == data["paidAt"] == "2026-03-01T09:16:02.000Z"
    authorization = data["authorization"]
    assert (authorization["bin"], authorization["last4"], authorization["brand"]) == (
        "408408",
        "4081",
        "visa",
    )
    assert (authorization["exp_month"], authorization["exp_year"], authorization["bank"]) == (
        "12",
        "2030",
        "TEST BANK",
    )
    assert authorization["reusable"] is True
    assert data["log"]["success"] is True
    assert data["log"]["attempts"] == 1


@pytest.mark.parametrize(
    ("number", "answers", "status", "gateway_response"),
    [
        ("4084084084084081", [], "success", "Successful"),
        ("507850785078507812", [("pin", "1111")], "success", "Successful"),
        ("5060666666666666666", [("pin", "1234"), ("otp", "123456")], "success", "Successful"),
        (
            "507850785078507804",
            [("pin", "0000"), ("phone", "0803 123 4567"), ("otp", "123456")],
            "success",
            "Successful",
        ),
        ("5192602720584796", [("bank", "approve")], "success", "Successful"),
        ("5192602720584796", [("bank", "decline")], "failed", "Declined"),
        ("4084080000005408", [], "abandoned", "Declined"),
        ("4084080000670037", [], "abandoned", "Insufficient Funds"),
        ("507850785078507812", [("pin", "9999")], "failed", "Incorrect PIN"),
        (
            "507850785078507853",
            [("pin", "0000")],
            "failed",
            "Token Not Generated. Customer Not Registered on Token Platform",
        ),
        ("4084080000671803", [], "success", "Successful"),
        ("4084080000671902", [], "success", "Successful"),
    ],
)
async def test_each_test_card_ends_as_published(
    number: str, answers: list[tuple[str, str]], status: str, gateway_response: str
) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize()
        await sandbox.press_card(opened, number)
        for step, answer in answers:
            page = await sandbox.look(opened)
            assert f"/steps/{step}" in page.text
            await sandbox.act(opened, f"steps/{step}", answer=answer)
        data = await sandbox.verify(opened["reference"])
        await sandbox.run_due()

    assert (data["status"], data["gateway_response"]) == (status, gateway_response)
    assert sandbox.inbox.events == (["charge.success"] if status == "success" else [])


async def test_status_while_the_payer_is_asked_tells_pin_and_code_apart() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, "5060666666666666666")
        while_pin = (await sandbox.verify("im-1"))["status"]
        await sandbox.act(opened, "steps/pin", answer="1234")
        while_code = (await sandbox.verify("im-1"))["status"]

    assert (while_pin, while_code) == ("abandoned", "ongoing")


async def test_a_declined_card_can_be_followed_by_one_that_pays() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, "4084080000005408")
        page = await sandbox.look(opened)
        await sandbox.press_card(opened, "4084084084084081")
        data = await sandbox.verify("im-1")

    assert "The bank refused this card: Declined." in page.text
    assert data["status"] == "success"
    assert (data["log"]["attempts"], data["log"]["errors"]) == (2, 1)


async def test_a_failed_payment_takes_no_further_card() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, "507850785078507812")
        await sandbox.act(opened, "steps/pin", answer="9999")
        page = await sandbox.look(opened)
        await sandbox.press_card(opened, "4084084084084081")
        data = await sandbox.verify("im-1")

    assert "This payment failed" in page.text
    assert f"{CALLBACK_URL}?trxref=im-1&amp;reference=im-1" in page.text
    assert data["status"] == "failed"


async def test_a_wrong_code_is_asked_again_and_a_stale_step_changes_nothing() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, "5060666666666666666")
        await sandbox.act(opened, "steps/otp", answer="123456")
        assert (await sandbox.verify("im-1"))["status"] == "abandoned"
        await sandbox.act(opened, "steps/pin", answer="1234")
        await sandbox.act(opened, "steps/otp", answer="654321")
        page = await sandbox.look(opened)
        assert (await sandbox.verify("im-1"))["status"] == "ongoing"
        await sandbox.act(opened, "steps/otp", answer="123456")
        assert (await sandbox.verify("im-1"))["status"] == "success"

    assert "That code is not the one" in page.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": "4111 1111 1111 1111"}, "Enter the number of a test card"),
        ({"expiry": "02/26"}, "Enter a month and year from now on"),
        ({"expiry": "13/30"}, "Enter a month and year from now on"),
        ({"cvv": "999"}, "Enter the CVV of this test card: 408"),
    ],
)
async def test_a_mistyped_card_is_shown_again_without_its_cvv(change: dict[str, str], message: str) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        typed = GOOD_CARD | change
        response = await sandbox.act(opened, "card", **typed)
        data = await sandbox.verify("im-1")

    assert response.status_code == 422
    assert message in response.text
    assert f'value="{typed["number"]}"' in response.text
    assert f'value="{typed["cvv"]}"' not in response.text
    assert (data["status"], data["log"]) == ("abandoned", None)


async def test_this_months_card_is_still_good() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.act(opened, "card", **(GOOD_CARD | {"expiry": "3/2026"}))
        assert (await sandbox.verify("im-1"))["authorization"]["exp_month"] == "03"


async def test_a_bank_transfer_arrives_after_its_time() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.act(opened, "transfer")
        assert (await sandbox.verify("im-1"))["status"] == "ongoing"
        sent = await sandbox.act(opened, "transfer/sent")
        assert (await sandbox.verify("im-1"))["status"] == "pending"
        waiting = await sandbox.client.get(where(sent))
        sandbox.clock.pass_by(1799)
        assert (await sandbox.verify("im-1"))["status"] == "pending"
        sandbox.clock.pass_by(1)
        data = await sandbox.verify("im-1")
        arrived = await sandbox.client.get(where(sent))
        await sandbox.run_due()

    assert waiting.headers["refresh"] == "2"
    assert "is on its way" in waiting.text
    assert (data["status"], data["channel"], data["fees"]) == ("success", "bank_transfer", 17_500)
    assert data["authorization"]["sender_bank"] == "TEST BANK"
    assert where(arrived) == f"{CALLBACK_URL}?trxref=im-1&reference=im-1"
    assert sandbox.inbox.events == ["charge.success"]


async def test_a_transfer_under_way_can_be_neither_cancelled_nor_paid_by_card() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.act(opened, "transfer")
        await sandbox.act(opened, "transfer/sent")
        await sandbox.act(opened, "cancel")
        await sandbox.press_card(opened, "4084084084084081")
        assert (await sandbox.verify("im-1"))["status"] == "pending"


async def test_cancelling_goes_where_the_shop_wants_or_stays() -> None:
    async with running_sandbox() as sandbox:
        with_address = await sandbox.initialize(metadata={"cancel_action": "http://shop.test/cancelled"})
        without = await sandbox.initialize(reference="im-2")
        left = await sandbox.act(with_address, "cancel")
        stayed = await sandbox.act(without, "cancel")
        page = await sandbox.look(without)
        await sandbox.press_card(without, "4084084084084081")
        data = await sandbox.verify("im-2")

    assert where(left) == "http://shop.test/cancelled"
    assert where(stayed) == f"/checkout/{without['access_code']}"
    assert "You cancelled this payment" in page.text
    assert data["status"] == "success"


async def test_a_paid_page_says_so_and_links_back() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, "4084084084084081")
        page = await sandbox.look(opened)
        cancelled = await sandbox.act(opened, "cancel")
        data = await sandbox.verify("im-1")

    assert "This payment was made" in page.text
    assert f'href="{CALLBACK_URL}?trxref=im-1&amp;reference=im-1"' in page.text
    assert "<form" not in page.text
    assert where(cancelled) == f"{CALLBACK_URL}?trxref=im-1&reference=im-1"
    assert data["status"] == "success"


async def test_a_payer_without_a_callback_stays_on_the_page() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(callback_url=None)
        response = await sandbox.press_card(opened, "4084084084084081")
        page = await sandbox.client.get(where(response))

    assert "You can close this page now" in page.text


@pytest.mark.parametrize(
    ("channels", "card", "transfer"),
    [([], True, True), (["card"], True, False), (["bank_transfer"], False, True)],
)
async def test_only_the_channels_asked_for_are_offered(channels: list[str], card: bool, transfer: bool) -> None:
    async with running_sandbox() as sandbox:
        page = (await sandbox.look(await sandbox.initialize(channels=channels))).text

    assert ("Pay with a card" in page, "Pay by bank transfer" in page) == (card, transfer)


async def test_two_presses_at_once_pay_once() -> None:
    async def press(sandbox: SandboxDriver, opened: dict[str, str]) -> str:
        return where(await sandbox.press_card(opened, "4084084084084081"))

    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        targets = await asyncio.gather(*(press(sandbox, opened) for _ in range(5)))
        await sandbox.run_due()
        data = await sandbox.verify("im-1")

    assert set(targets) == {f"{CALLBACK_URL}?trxref=im-1&reference=im-1"}
    assert sandbox.inbox.events == ["charge.success"]
    assert data["log"]["attempts"] == 1


async def test_an_unknown_address_answers_with_a_page() -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.client.get("/checkout/nothing", headers={"accept": "text/html"})

    assert response.status_code == 404
    assert "There is no payment at this address." in response.text


@pytest.mark.parametrize("name", ["sandbox.css", "checkout.js", "icon.svg"])
async def test_the_files_of_the_pages_are_served(name: str) -> None:
    async with running_sandbox() as sandbox:
        assert (await sandbox.client.get(f"/static/{name}")).status_code == 200
