"""The operators' console: search, one page for each record, what can be done there, and what is written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.operations.refund_payment import RefundPaymentCommand
from application.operations.suspend_account import SuspendAccount
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import Role
from tests.integration.accounts.people import log_in
from tests.integration.operations.desk import Desk
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import ANSWER, PASSWORD, Marketplace
from tests.marketplace import PROOF as SPOKEN_PROOF

PROOF = {"note": "They wrote to us.", "current_password": PASSWORD}


@pytest.fixture
async def desk(marketplace: Marketplace, browser: Browser) -> Desk:
    """An operator at the browser."""
    desk = await Desk.furnish(marketplace)
    await browser.log_in(desk.operator)
    return desk


@dataclass(frozen=True)
class Trade:
    """A completed and reviewed session, another that is to come, and the records of both."""

    client: Caller
    consultant: Caller
    done: UUID
    coming: UUID
    slot: UUID
    review: UUID
    reference: str

    @property
    def pages(self) -> Iterator[str]:
        """One page for each kind of record."""
        yield f"/operator/accounts/{self.client.account_id}"
        yield f"/operator/accounts/{self.consultant.account_id}"
        yield f"/operator/consultants/{self.consultant.account_id}"
        yield f"/operator/bookings/{self.done}"
        yield f"/operator/bookings/{self.coming}"
        yield f"/operator/slots/{self.slot}"
        yield f"/operator/reviews/{self.review}"
        yield f"/operator/payments/{self.reference}"

    @property
    def questions(self) -> Iterator[str]:
        """One page for each thing that can be done."""
        for action in ("suspend", "reinstate", "end-sessions", "cancel-sessions"):
            yield f"/operator/accounts/{self.client.account_id}/{action}"
        for action in ("hide", "show"):
            yield f"/operator/reviews/{self.review}/{action}"


@pytest.fixture
async def trade(desk: Desk) -> Trade:
    """See the class."""
    market = desk.marketplace
    consultant, client = await market.consultant(), await market.client()
    first = await market.slot(consultant, starts_in=timedelta(days=1), capacity=3)
    done = await market.completed_booking(client, consultant, first)
    review = await market.product.write_review(
        client, WriteReviewCommand(booking_id=done.id, rating=2, comment="<b>Late</b> by an hour")
    )
    second = await market.slot(consultant, starts_in=timedelta(days=2))
    coming = await market.confirmed_booking(client, second)
    reference = await market.database.pool.fetchval(
        "SELECT reference FROM payments WHERE booking_id = $1", done.id
    )
    return Trade(client, consultant, done.id, coming.id, first.id, review.id, reference)


async def kinds_audited(desk: Desk) -> list[str]:
    rows = await desk.marketplace.database.pool.fetch(
        "SELECT kind FROM audit_entries WHERE kind ~ '^(operator|record|audit)' ORDER BY id"
    )
    return [row["kind"] for row in rows]


async def test_the_console_of_an_idle_day_says_that_all_is_well(browser: Browser, desk: Desk) -> None:
    await browser.open("/operator")
    assert mistakes_in(browser.page) == []
    for said in (
        "Nothing to resolve",
        "No payment is disputed.",
        "No payout is on its way.",
        "None ran yet",
        "Holds",
    ):
        assert said in browser.main


async def test_the_console_shows_the_oldest_first_with_counts_by_kind(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    await desk.orphan(reference="imo-bbbbbbbbbbbbbbbbbbbbbbbbbb")
    await desk.disputed()
    await browser.open("/operator")
    assert mistakes_in(browser.page) == []
    assert "To be resolved (3)" in browser.main
    assert "A payment that is not what was asked for (2)" in browser.main
    assert "1 payment is disputed by the payer's bank." in browser.main
    looks = [link["href"] for link in browser.page.all("a") if link["href"].startswith("/operator/items/")]
    rows = await desk.marketplace.database.pool.fetch("SELECT id FROM operator_items ORDER BY created_at")
    assert looks == [f"/operator/items/{row['id']}" for row in rows]


async def test_every_record_has_a_page_that_tells_what_happened_and_keeps_secrets(
    browser: Browser, desk: Desk, trade: Trade
) -> None:
    await log_in(desk.marketplace, trade.client.username)
    secrets = await desk.marketplace.database.pool.fetch(
        """
        SELECT password_hash AS secret FROM accounts UNION SELECT security_answer_hash FROM accounts
        UNION SELECT encode(id, 'hex') FROM sessions UNION SELECT access_code FROM payments
        """
    )
    hidden = [row["secret"] for row in secrets if row["secret"]] + [PASSWORD, ANSWER, "argon2"]
    for page in trade.pages:
        await browser.open(page)
        assert mistakes_in(browser.page) == [], page
        assert not [secret for secret in hidden if secret in browser.answer.text], page
    await browser.open(f"/operator/bookings/{trade.done}")
    said = [
        "Booking: seat held (by the client)",
        "Payment begun",
        "Charged",
        "Ledger: It was earned",
        "Booking confirmed",
        "Receipt 1 issued",
        "Booking completed",
        "Reviewed with 2 stars",
    ]
    assert [line for line in said if line not in browser.main] == []
    assert "&lt;b&gt;Late&lt;/b&gt; by an hour" in browser.answer.text


async def test_a_timeline_is_in_order(browser: Browser, desk: Desk, trade: Trade) -> None:
    await desk.marketplace.product.refund_payment(
        desk.operator, RefundPaymentCommand(reference=trade.reference, amount=1000), SPOKEN_PROOF
    )
    for page in (f"/operator/bookings/{trade.done}", f"/operator/payments/{trade.reference}"):
        await browser.open(page)
        [history] = [one for one in browser.page.all("ol") if one["class"] == "history"]
        times = [time["datetime"] for time in history.all("time")]
        assert times == sorted(times)
        assert len(times) > 8
        assert f"Sent money back, by {desk.operator.username}" in history.text


async def test_opening_a_record_is_written_down_and_listing_is_not(
    browser: Browser, desk: Desk, trade: Trade
) -> None:
    for page in (*trade.pages, "/operator", "/operator/items", "/operator/audit", "/operator/health"):
        await browser.open(page)
    assert await kinds_audited(desk) == ["record.read"] * len(list(trade.pages))
    await browser.open(f"/operator/bookings/{uuid4()}", status=404)
    assert await kinds_audited(desk) == ["record.read"] * len(list(trade.pages))
    await browser.open(f"/operator/audit?about={trade.reference}")
    assert f"Looked at a record, by {desk.operator.username}" in browser.main
    await browser.open(f"/operator/payments/{trade.reference}")
    assert "Looked at a record" not in browser.main


async def test_the_search_groups_what_it_finds_and_opens_what_is_named(
    browser: Browser, desk: Desk, trade: Trade
) -> None:
    await browser.open("/operator/search")
    assert mistakes_in(browser.page) == []
    await browser.open(f"/operator/search?q={trade.client.username}%40example.com")
    assert mistakes_in(browser.page) == []
    assert [heading.text.split(" (")[0] for heading in browser.page.all("h2")] == ["Accounts", "Payments"]
    await browser.open(f"/operator/search?q={trade.done}")
    assert browser.path == f"/operator/bookings/{trade.done}"
    await browser.open("/operator/search?q=nobody%22%3E%3Cscript%3E")
    assert mistakes_in(browser.page) == []
    assert "Nothing found" in browser.main
    entries = await desk.marketplace.database.pool.fetch(
        "SELECT details FROM audit_entries WHERE kind = 'records.searched' ORDER BY id"
    )
    assert ["@" in entry["details"] or "nobody" in entry["details"] for entry in entries] == [False, False]
    assert "account 1" in entries[0]["details"]


async def test_an_account_is_suspended_and_its_next_request_is_out(
    browser: Browser, new_browser: NewBrowser, desk: Desk, trade: Trade
) -> None:
    client = new_browser()
    await client.log_in(trade.client)
    await client.open("/bookings")
    page = f"/operator/accounts/{trade.client.account_id}"
    await browser.open(f"{page}/suspend")
    assert mistakes_in(browser.page) == []
    assert "1 coming session stays as it is." in browser.main
    await browser.send(f"{page}/suspend", status=422)
    assert mistakes_in(browser.page) == []
    assert "Say why." in browser.main
    await browser.send(f"{page}/suspend", PROOF | {"current_password": "wrong"}, status=422)
    await client.open("/bookings")
    assert client.path == "/bookings"
    await browser.send(f"{page}/suspend", PROOF)
    assert "Suspended" in browser.main
    await client.open("/bookings")
    assert client.path == "/login"
    await client.send("/login", identifier=trade.client.username, password=PASSWORD, status=422)
    assert "do not go together" in client.main
    assert "suspend" not in client.main.lower()
    await browser.open(f"{page}/suspend")
    assert browser.path == page
    assert await desk.actions_audited() == ["suspend"]


async def test_coming_sessions_are_offered_with_count_and_sum_and_called_off(
    browser: Browser, desk: Desk, trade: Trade
) -> None:
    page = f"/operator/accounts/{trade.consultant.account_id}"
    await browser.open(f"{page}/cancel-sessions")
    assert browser.path == page
    await desk.marketplace.product.suspend_account(desk.operator, trade.consultant.account_id, SPOKEN_PROOF)
    await browser.open(page)
    assert "1 session is to come. Paid for them, and kept: ₦5,000.00" in browser.main
    await browser.open(f"{page}/cancel-sessions")
    assert mistakes_in(browser.page) == []
    assert "All that was paid for them goes back: ₦5,000.00." in browser.main
    stale = {"agreement": "7; NGN 1"}
    await browser.send(f"{page}/cancel-sessions", PROOF | stale, status=409)
    assert "not the same any more" in browser.main
    assert fields_of(browser.form(f"{page}/cancel-sessions"))["agreement"] == "1; NGN 500000"
    await browser.send(f"{page}/cancel-sessions", PROOF)
    assert "1 session is cancelled." in browser.main
    assert (await desk.marketplace.details(trade.client, trade.coming)).status == "cancelled"
    await browser.open(f"/operator/bookings/{trade.coming}")
    assert "Booking cancelled (by an operator)" in browser.main
    await browser.open(f"{page}/reinstate")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{page}/reinstate", PROOF)
    assert "The account is active again." in browser.main


async def test_sessions_are_ended_from_the_page_of_the_account(
    browser: Browser, new_browser: NewBrowser, desk: Desk, trade: Trade
) -> None:
    client = new_browser()
    await client.log_in(trade.client)
    token = await desk.marketplace.token(trade.client)
    page = f"/operator/accounts/{trade.client.account_id}"
    await browser.open(f"{page}/end-sessions")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{page}/end-sessions", PROOF | {"with_tokens": "yes"})
    assert "1 device is logged out." in browser.main
    await client.open("/bookings")
    assert client.path == "/login"
    answer = await client.client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_a_review_is_hidden_and_shown_again(browser: Browser, desk: Desk, trade: Trade) -> None:
    slug = await desk.marketplace.slug(trade.consultant)
    page = f"/operator/reviews/{trade.review}"
    await browser.open(f"{page}/hide")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{page}/hide", PROOF)
    assert "Hidden" in browser.main
    assert mistakes_in(browser.page) == []
    await browser.open(f"/consultants/{slug}")
    assert "by an hour" not in browser.main
    await browser.open(f"{page}/show")
    await browser.send(f"{page}/show", PROOF)
    await browser.open(f"/consultants/{slug}")
    assert "by an hour" in browser.main
    await browser.open(page)
    assert f"Hid a review, by {desk.operator.username} " in browser.main


async def test_two_operators_with_the_same_question_open(
    new_browser: NewBrowser, desk: Desk, trade: Trade
) -> None:
    action = f"/operator/accounts/{trade.client.account_id}/suspend"
    browsers = [new_browser(), new_browser()]
    for browser, colleague in zip(browsers, [desk, await desk.colleague()], strict=True):
        await browser.log_in(colleague.operator)
        await browser.open(action)
    await browsers[0].send(action, PROOF)
    await browsers[1].send(action, PROOF, status=409)
    assert "suspended already" in browsers[1].main
    assert mistakes_in(browsers[1].page) == []
    assert await desk.actions_audited() == ["suspend"]


async def test_an_operator_suspended_in_mid_session_is_out_and_does_nothing(
    browser: Browser, desk: Desk, trade: Trade
) -> None:
    action = f"/operator/accounts/{trade.client.account_id}/suspend"
    await browser.open(action)
    suspend: SuspendAccount = desk.marketplace.product.suspend_account
    await suspend((await desk.colleague()).operator, desk.operator.account_id, SPOKEN_PROOF)
    fields = fields_of(browser.form(action)) | PROOF
    answer = await browser.client.post(action, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert "/login" in str(answer.headers.get("location", "")) or answer.status_code in (401, 403, 422)
    status = await desk.marketplace.database.pool.fetchval(
        "SELECT status FROM accounts WHERE id = $1", trade.client.account_id
    )
    assert status == "active"


async def test_the_console_is_for_operators_alone(new_browser: NewBrowser, desk: Desk, trade: Trade) -> None:
    pages = (
        *trade.pages,
        *trade.questions,
        "/operator",
        "/operator/items",
        "/operator/search?q=chidi",
        "/operator/audit",
        "/operator/audit/entries.csv",
        "/operator/health",
        f"/operator/payouts/{uuid4()}",
    )
    actions = [*trade.questions]
    for caller in (trade.client, trade.consultant, await desk.marketplace.client()):
        browser = new_browser()
        await browser.log_in(caller)
        for page in pages:
            await browser.open(page, status=403)
            assert "₦5,000.00" not in browser.answer.text
        await browser.open("/account")
        token = fields_of(next(form for form in browser.page.all("form") if form["action"] == "/logout"))
        for action in actions:
            answer = await browser.client.post(
                action, data=token | PROOF, headers={"Sec-Fetch-Site": "same-origin"}
            )
            assert answer.status_code == 403, action
    stranger = new_browser()
    for page in pages:
        await stranger.open(page)
        assert stranger.path == "/login"
    assert await kinds_audited(desk) == []
    assert (await desk.marketplace.details(trade.client, trade.coming)).status == "confirmed"


async def test_what_is_broken_is_said_on_every_page_of_theirs_and_nowhere_else(
    browser: Browser, new_browser: NewBrowser, desk: Desk, trade: Trade
) -> None:
    await desk.marketplace.product.compare_with_paystack()
    await desk.marketplace.product.check_invariants()
    await browser.open("/operator")
    assert "must always hold does not" not in browser.main
    await desk.marketplace.database.pool.execute("UPDATE payments SET fees = fees + 1")
    await desk.marketplace.product.check_invariants()
    pages = [
        *trade.pages,
        f"/operator/accounts/{trade.client.account_id}/suspend",
        f"/operator/reviews/{trade.review}/hide",
        f"/operator/payments/{trade.reference}/refund",
        "/operator",
        "/operator/items",
        f"/operator/items/{await desk.item()}",
        "/operator/search",
        "/operator/payments",
        "/operator/money",
        "/operator/audit",
        "/operator/health",
    ]
    for page in pages:
        await browser.open(page)
        assert "Something that must always hold does not" in browser.main, page
        assert mistakes_in(browser.page) == [], page
    client = new_browser()
    await client.log_in(trade.client)
    assert "must always hold" not in client.answer.text


async def test_the_audit_trail_is_filtered_by_day_and_taken_along_as_a_table(browser: Browser, desk: Desk) -> None:
    client = await desk.marketplace.client()
    await desk.marketplace.product.suspend_account(desk.operator, client.account_id, SPOKEN_PROOF)
    today = datetime.now(UTC).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    kind = "kind=operator.suspend"
    for query, is_there in (
        (f"since={yesterday}&until={tomorrow}", True),
        (f"since={yesterday}&until={yesterday}", False),
        (f"since={tomorrow}", False),
        (f"who={desk.operator.username.upper()}&about={client.account_id}", True),
        (f"who={client.username}", False),
    ):
        await browser.open(f"/operator/audit?{kind}&{query}")
        assert mistakes_in(browser.page) == []
        assert (f"Suspended an account, by {desk.operator.username}" in browser.main) == is_there, query
    await browser.open("/operator/audit?since=yesterday")
    assert "Enter a date, such as" in browser.main
    await browser.open(f"/operator/audit/entries.csv?{kind}")
    [row] = csv.DictReader(io.StringIO(browser.answer.content.decode("utf-8-sig")))
    assert (row["kind"], row["who"]) == ("operator.suspend", desk.operator.username)
    assert str(client.account_id) in row["details"]
    assert (await kinds_audited(desk))[-1] == "audit.exported"


async def test_an_erased_account_can_neither_be_suspended_nor_reinstated(browser: Browser, desk: Desk) -> None:
    client = await desk.marketplace.client()
    await desk.marketplace.database.pool.execute(
        "UPDATE accounts SET status = 'erased' WHERE id = $1", client.account_id
    )
    page = f"/operator/accounts/{client.account_id}"
    for action in ("suspend", "reinstate", "end-sessions", "cancel-sessions"):
        await browser.open(f"{page}/{action}")
        assert browser.path == page
    assert mistakes_in(browser.page) == []
    assert "What you can do" not in browser.main


async def test_nobody_is_offered_to_suspend_themselves(browser: Browser, desk: Desk) -> None:
    page = f"/operator/accounts/{desk.operator.account_id}"
    await browser.open(page)
    assert mistakes_in(browser.page) == []
    assert f"{page}/suspend" not in browser.answer.text
    await browser.open(f"{page}/suspend")
    await browser.send(f"{page}/suspend", PROOF, status=409)
    assert "You cannot suspend yourself." in browser.main


async def test_a_payout_has_a_page_and_waits_on_the_console(browser: Browser, desk: Desk, trade: Trade) -> None:
    payout = await desk.marketplace.database.pool.fetchval(
        """
        WITH account AS (
          INSERT INTO payout_accounts (id, consultant_id, kind, currency, bank_code, bank_name, last_four,
            account_name, recipient_code, created_at, usable_from)
          VALUES (gen_random_uuid(), $1, 'nuban', 'NGN', '058', 'GTBank', '6789', 'Ada Obi', 'RCP_of_nobody',
            now(), now()) RETURNING id
        )
        INSERT INTO payouts (id, consultant_id, account_id, reference, amount, currency, status, requested_at)
        SELECT gen_random_uuid(), $1, id, 'imo-payout-1', 425000, 'NGN', 'needs_otp', now() FROM account
        RETURNING id
        """,
        trade.consultant.account_id,
    )
    for words in (str(payout), "imo-payout-1"):
        await browser.open(f"/operator/search?q={words}")
        assert browser.path == f"/operator/payouts/{payout}"
        assert mistakes_in(browser.page) == []
    for said in ("₦4,250.00", "GTBank, ending in 6789", "Waits for a one-time password", "Payout asked for"):
        assert said in browser.main
    assert "RCP_of_nobody" not in browser.answer.text
    for page in ("/operator", f"/operator/consultants/{trade.consultant.account_id}"):
        await browser.open(page)
        assert mistakes_in(browser.page) == []
        assert f"/operator/payouts/{payout}" in browser.answer.text


async def test_a_decision_about_an_absence_asks_for_its_reason_and_the_password(
    browser: Browser, desk: Desk
) -> None:
    case = f"/operator/absences/{await desk.contested_absence()}"
    await browser.open(case)
    assert mistakes_in(browser.page) == []
    for decision in ("uphold", "dismiss"):
        await browser.open(f"{case}/{decision}")
        assert mistakes_in(browser.page) == []
        assert {"note", "current_password"} <= fields_of(browser.form(f"{case}/{decision}")).keys()


async def test_operators_have_pages_of_their_own_kind(browser: Browser, desk: Desk) -> None:
    other = await desk.marketplace.account(Role.OPERATOR)
    await browser.open(f"/operator/accounts/{other.account_id}")
    assert mistakes_in(browser.page) == []
    assert "Operator" in browser.main
