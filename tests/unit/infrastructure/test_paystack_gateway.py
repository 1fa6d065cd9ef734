"""The gateway against a Paystack that misbehaves: a sensible answer, or unavailable, and never anything else."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from domain.money import Money
from domain.payments import ChargeStatus, PaymentGatewayUnavailable, RefundStatus
from infrastructure.paystack.connection import Patience, paystack_client
from infrastructure.paystack.gateway import PaystackGateway
from tests.unit.infrastructure.paystack_double import KEY, answer, refusal

PRICE = Money(500_000, "NGN")
TRANSACTION = {
    "id": 4_099_260_516,
    "status": "success",
    "reference": "imo-abc",
    "amount": 500_000,
    "currency": "NGN",
    "domain": "test",
    "customer": {"email": "ada@example.com"},
}
REFUND = {"id": 7, "amount": 500_000, "status": "pending", "merchant_note": "imoran refund 1"}
CHECKOUT = {"authorization_url": "https://checkout.example/abc", "access_code": "abc", "reference": "imo-abc"}

Respond = Callable[[httpx.Request], httpx.Response]


def gateway_to(respond: Respond, key: str = KEY) -> PaystackGateway:
    client = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda request: _on_the_wire(respond(request))),
        base_url="https://paystack.test",
        headers={"Authorization": f"Bearer {key}"},
    )
    return PaystackGateway(client, key, patience=Patience(deadline_s=0.1, first_pause_s=0.001))


def _on_the_wire(response: httpx.Response) -> httpx.Response:
    """The same answer, not read yet."""
    if not response.is_stream_consumed:
        return response
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return httpx.Response(response.status_code, headers=headers, stream=httpx.ByteStream(response.content))


CALLS: dict[str, Callable[[PaystackGateway], Awaitable[Any]]] = {
    "initialize": lambda gateway: gateway.initialize(
        reference="imo-abc", amount=PRICE, email="ada@example.com", callback_url="https://imoran.example/return"
    ),
    "verify": lambda gateway: gateway.verify("imo-abc"),
    "refund": lambda gateway: gateway.refund(paystack_id=1, amount=PRICE, note="imoran refund 1"),
    "refunds_of": lambda gateway: gateway.refunds_of(1),
}
EACH_CALL = pytest.mark.parametrize("call", CALLS)


class Dripping(httpx.AsyncByteStream):
    """A body that never ends and never stalls for long."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b" "


class Breaking(httpx.AsyncByteStream):
    """A body whose connection breaks in the middle."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"status": true,'
        raise httpx.ReadError("connection reset")


def raising(fault: Exception) -> Respond:
    def respond(_: httpx.Request) -> httpx.Response:
        raise fault

    return respond


ENVELOPE = json.dumps({"status": True, "message": "ok", "data": TRANSACTION}).encode()

FAULTS: dict[str, Respond] = {
    "no connection": raising(httpx.ConnectError("refused")),
    "no name": raising(httpx.ConnectError("name or service not known")),
    "a slow connection": raising(httpx.ConnectTimeout("slow")),
    "a slow answer": raising(httpx.ReadTimeout("slow")),
    "a slow question": raising(httpx.WriteTimeout("slow")),
    "no connection to spare": raising(httpx.PoolTimeout("full")),
    "a broken protocol": raising(httpx.RemoteProtocolError("peer closed")),
    "dripping bytes": lambda _: httpx.Response(200, stream=Dripping()),
    "a connection that breaks in the body": lambda _: httpx.Response(200, stream=Breaking()),
    "HTML": lambda _: httpx.Response(200, html="<html>Cloudflare</html>"),
    "nothing": lambda _: httpx.Response(200),
    "no content": lambda _: httpx.Response(204),
    "JSON cut short": lambda _: httpx.Response(200, content=ENVELOPE[:-5]),
    "two answers": lambda _: httpx.Response(200, content=ENVELOPE * 2),
    "bytes that are no text": lambda _: httpx.Response(200, content=b"\xff\xfe{}"),
    "ten megabytes": lambda _: httpx.Response(200, content=b" " * 10_000_000 + ENVELOPE),
    "a body that does not unzip": lambda _: httpx.Response(
        200, stream=httpx.ByteStream(b"not gzip"), headers={"Content-Encoding": "gzip"}
    ),
    "a very deep body": lambda _: httpx.Response(200, content=b'{"status":true,"data":' + b"[" * 500_000),
    "a list": lambda _: httpx.Response(200, json=[]),
    "null": lambda _: httpx.Response(200, json=None),
    "status as a word": lambda _: httpx.Response(200, json={"status": "true", "data": TRANSACTION}),
    "data missing": lambda _: httpx.Response(200, json={"status": True, "message": "ok"}),
    "data of another shape": lambda _: answer({"unexpected": True}),
    "an id as text": lambda _: answer({**TRANSACTION, **REFUND, "id": "7"}),
    "a refusal that is no error": lambda _: refusal(200),
    "an error that is no refusal": lambda _: answer(TRANSACTION, 400),
    "too many requests": lambda _: refusal(429, message="Rate limit exceeded"),
    "a wrong key": lambda _: refusal(401, "invalid_Key", "Invalid key"),
    "forbidden": lambda _: refusal(403),
    "500": lambda _: refusal(500, "api_error"),
    "500 with a fine body": lambda _: answer(TRANSACTION, 500),
    "502 in HTML": lambda _: httpx.Response(502, html="<html>Bad gateway</html>"),
    "503": lambda _: httpx.Response(503, headers={"Retry-After": "30"}),
    "504": lambda _: httpx.Response(504),
    "a redirect": lambda _: httpx.Response(302, headers={"Location": "https://evil.example/"}),
    "a redirect with a fine body": lambda _: httpx.Response(
        302, headers={"Location": "https://evil.example/"}, content=ENVELOPE
    ),
}


@EACH_CALL
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_means_unavailable_and_tells_no_key(
    call: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(PaymentGatewayUnavailable) as unavailable:
        await CALLS[call](gateway_to(FAULTS[fault]))
    told = "".join(traceback.format_exception(unavailable.value)) + caplog.text + repr(unavailable.value)
    assert KEY not in told


async def test_the_charge_is_read_from_a_good_answer() -> None:
    charge = await gateway_to(lambda _: answer(TRANSACTION)).verify("imo-abc")
    assert charge is not None
    assert (charge.status, charge.amount, charge.reference) == (ChargeStatus.SUCCESS, 500_000, "imo-abc")
    assert (charge.currency, charge.domain, charge.customer_email) == ("NGN", "test", "ada@example.com")


@pytest.mark.parametrize("word", ["processing", "ongoing", "settled-on-the-moon"])
async def test_an_unknown_status_word_is_a_charge_that_is_not_there_yet(word: str) -> None:
    charge = await gateway_to(lambda _: answer({**TRANSACTION, "status": word})).verify("imo-abc")
    assert charge is not None
    assert charge.status is ChargeStatus.PENDING


@pytest.mark.parametrize(
    "response",
    [refusal(400, "transaction_not_found", "Transaction reference not found."), refusal(404)],
    ids=["400 with its code", "404"],
)
async def test_an_unknown_reference_is_no_charge(response: httpx.Response) -> None:
    assert await gateway_to(lambda _: response).verify("imo-abc") is None


@pytest.mark.parametrize("response", [refusal(400, "unknown"), httpx.Response(404, html="<html>not found</html>")])
async def test_any_other_refusal_to_verify_is_no_answer(response: httpx.Response) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(lambda _: response).verify("imo-abc")


async def test_an_unknown_reference_means_nothing_when_a_transaction_begins() -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await CALLS["initialize"](gateway_to(lambda _: refusal(400, "transaction_not_found")))


@pytest.mark.parametrize("reference", ["a/../../refund", "a?x=1", "a#b", "a%2Fb", "a b", "ä"])
async def test_a_reference_stays_one_part_of_the_address(reference: str) -> None:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return refusal(404)

    await gateway_to(respond).verify(reference)
    [path] = asked
    assert path.startswith("/transaction/verify/")
    assert not set("/?#") & set(path.removeprefix("/transaction/verify/"))


async def test_amount_currency_and_address_are_always_sent() -> None:
    sent: list[Any] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, request.url.path, json.loads(request.content)))
        return answer(CHECKOUT if "transaction" in request.url.path else REFUND)

    gateway = gateway_to(respond)
    checkout = await CALLS["initialize"](gateway)
    refund = await CALLS["refund"](gateway)
    assert (checkout.authorization_url, checkout.access_code) == ("https://checkout.example/abc", "abc")
    assert (refund.paystack_id, refund.status, refund.note) == (7, RefundStatus.PENDING, "imoran refund 1")
    assert sent == [
        (
            "POST",
            "/transaction/initialize",
            {
                "email": "ada@example.com",
                "amount": 500_000,
                "currency": "NGN",
                "reference": "imo-abc",
                "callback_url": "https://imoran.example/return",
            },
        ),
        (
            "POST",
            "/refund",
            {"transaction": 1, "amount": 500_000, "currency": "NGN", "merchant_note": "imoran refund 1"},
        ),
    ]


async def test_a_checkout_of_another_reference_is_not_handed_to_the_payer() -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await CALLS["initialize"](gateway_to(lambda _: answer({**CHECKOUT, "reference": "imo-other"})))


async def test_a_transaction_that_is_reversed_already_needs_no_refund() -> None:
    assert await CALLS["refund"](gateway_to(lambda _: refusal(400, "transaction_reversed"))) is None


async def test_refunds_are_listed_newest_first_whatever_the_order_of_the_answer() -> None:
    listed = [{**REFUND, "id": number, "transaction": 1} for number in (2, 9, 4)]
    refunds = await gateway_to(lambda _: answer(listed)).refunds_of(1)
    assert [refund.paystack_id for refund in refunds] == [9, 4, 2]


@pytest.mark.parametrize(("key", "mode"), [("sk_live_x", "live"), ("sk_test_x", "test"), ("anything", "test")])
def test_the_mode_follows_from_the_key(key: str, mode: str) -> None:
    assert gateway_to(lambda _: refusal(500), key).mode == mode


async def test_the_real_client_follows_nobody_and_shows_its_key_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    async with paystack_client("https://api.paystack.co", KEY) as client:
        assert not client.follow_redirects
        assert not client.trust_env
        assert client.headers["Authorization"] == f"Bearer {KEY}"
        assert KEY not in f"{client!r} {client.headers!r}"
        assert None not in client.timeout.as_dict().values()
