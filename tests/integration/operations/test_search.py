"""The operators' search: every kind of record by whatever names it, exact ones first, each through an index."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.operations.refund_payment import RefundPaymentCommand
from application.operations.search_views import MOST_FOUND, Found, RecordKind
from application.reviews.write_review import WriteReviewCommand
from infrastructure.postgres.queries.search import statements_for
from tests.integration.operations.desk import Desk
from tests.marketplace import PROOF
from tests.statements import recorded_statements


async def find(desk: Desk, words: object) -> Found:
    return await desk.marketplace.product.search_queries.find(str(words))


def keys(found: Found, kind: RecordKind) -> list[str]:
    return [record.key for record in found.of(kind)]


async def rename(desk: Desk, caller: Caller, first: str, last: str) -> None:
    await desk.marketplace.database.pool.execute(
        "UPDATE accounts SET first_name = $2, last_name = $3 WHERE id = $1", caller.account_id, first, last
    )


async def test_people_are_found_by_name_username_and_address(desk: Desk) -> None:
    client = await desk.marketplace.client()
    await rename(desk, client, "Adébáyọ̀", "Ogúnlẹ́sì")
    for words in ("adebayo", "OGUNLESI", "debayo ogun", client.username.upper(), f"{client.username}@example.com"):
        assert keys(await find(desk, words), RecordKind.ACCOUNT)[:1] == [str(client.account_id)], words
    exact = (await find(desk, client.account_id)).only_one
    assert exact is not None
    assert (exact.kind, exact.key, exact.detail) == (RecordKind.ACCOUNT, str(client.account_id), "client")


async def test_what_is_named_exactly_comes_first(desk: Desk) -> None:
    one, other = await desk.marketplace.client(), await desk.marketplace.client()
    await desk.marketplace.database.pool.execute(
        "UPDATE accounts SET username = 'bola' WHERE id = $1", one.account_id
    )
    await rename(desk, other, "Bolanle", "Ade")
    found = await find(desk, "Bola")
    assert keys(found, RecordKind.ACCOUNT) == [str(one.account_id), str(other.account_id)]
    assert [record.is_exact for record in found.of(RecordKind.ACCOUNT)] == [True, False]
    assert found.only_one is None


async def test_consultants_are_found_by_slug_and_by_words(desk: Desk) -> None:
    consultant = await desk.marketplace.consultant()
    slug = await desk.marketplace.slug(consultant)
    for words in (slug, "without tears"):
        assert keys(await find(desk, words), RecordKind.CONSULTANT) == [str(consultant.account_id)]


@dataclass(frozen=True)
class Trade:
    """Everything that one booking leaves behind."""

    client: Caller
    booking: UUID
    slot: UUID
    reference: str
    refund: UUID
    receipt: int
    paystack_id: int
    review: UUID


@pytest.fixture
async def trade(desk: Desk) -> Trade:
    """See the class."""
    market = desk.marketplace
    consultant, client = await market.consultant(), await market.client()
    slot = await market.slot(consultant)
    booking = await market.completed_booking(client, consultant, slot)
    review = await market.product.write_review(
        client, WriteReviewCommand(booking_id=booking.id, rating=4, comment="Good")
    )
    [payment] = await market.database.pool.fetch("SELECT reference, paystack_id FROM payments")
    await market.product.refund_payment(
        desk.operator, RefundPaymentCommand(reference=payment["reference"], amount=1000), PROOF
    )
    return Trade(
        client=client,
        booking=booking.id,
        slot=slot.id,
        reference=payment["reference"],
        refund=await market.database.pool.fetchval("SELECT id FROM refunds"),
        receipt=await market.database.pool.fetchval("SELECT number FROM receipts"),
        paystack_id=payment["paystack_id"],
        review=review.id,
    )


async def test_records_are_opened_by_what_they_alone_have(desk: Desk, trade: Trade) -> None:
    for words, kind, key in (
        (trade.booking, RecordKind.BOOKING, trade.booking),
        (str(trade.booking).upper(), RecordKind.BOOKING, trade.booking),
        (trade.slot, RecordKind.SLOT, trade.slot),
        (trade.reference, RecordKind.PAYMENT, trade.reference),
        (trade.paystack_id, RecordKind.PAYMENT, trade.reference),
        (trade.refund, RecordKind.REFUND, trade.reference),
        (f"#{trade.receipt}", RecordKind.RECEIPT, trade.reference),
        (trade.review, RecordKind.REVIEW, trade.review),
    ):
        only = (await find(desk, words)).only_one
        assert only is not None, words
        assert (only.kind, only.key) == (kind, str(key))


async def test_what_hangs_on_a_record_is_found_with_it(desk: Desk, trade: Trade) -> None:
    found = await find(desk, trade.booking)
    assert keys(found, RecordKind.PAYMENT) == [trade.reference]
    assert keys(found, RecordKind.REVIEW) == [str(trade.review)]
    found = await find(desk, trade.reference)
    assert len(found.of(RecordKind.REFUND)) == len(found.of(RecordKind.RECEIPT)) == 1
    found = await find(desk, f"{trade.client.username}@example.com")
    assert keys(found, RecordKind.PAYMENT) == [trade.reference]
    assert found.only_one is None


async def test_disputes_and_items_of_the_list_are_found(desk: Desk) -> None:
    _, reference = await desk.disputed(number=4711)
    found = await find(desk, 4711)
    assert keys(found, RecordKind.DISPUTE) == [reference]
    item = await desk.item()
    assert keys(found, RecordKind.ITEM) == [str(item)]
    only = (await find(desk, item)).only_one
    assert only is not None
    assert only.kind is RecordKind.ITEM


async def test_nothing_is_found_by_nonsense(desk: Desk, trade: Trade) -> None:
    for words in ("", "  ", "ab", "%%%", "___", "\x00", "nobody at all", uuid4(), "9" * 30, "' OR 1=1"):
        assert not (await find(desk, words)).records, words


async def test_a_long_list_is_cut_and_says_so(desk: Desk) -> None:
    await desk.marketplace.clients(MOST_FOUND + 5)
    found = await find(desk, "chidi")
    assert len(found.of(RecordKind.ACCOUNT)) == MOST_FOUND
    assert found.more == {RecordKind.ACCOUNT}


async def test_one_statement_for_each_kind_that_the_words_can_name(desk: Desk) -> None:
    with recorded_statements() as sent:
        await find(desk, "adebayo")
    assert len(sent) == len([kind for kind, _, _ in statements_for("adebayo")]) < len(RecordKind)
    with recorded_statements() as sent:
        await find(desk, uuid4())
    assert len(sent) <= len(RecordKind)


@pytest.mark.parametrize(
    "words",
    ["adebayo", "imo-abcdefghijklmnopqrstuvwxyz", "4711", "01a207f2-3f45-75b9-a55d-6d1a587bdeb0", "a@example.com"],
)
async def test_no_search_reads_a_whole_table(desk: Desk, words: str) -> None:
    """With sequential scans made dear, a plan has one only where no index fits."""
    async with desk.marketplace.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        for kind, statement, arguments in statements_for(words):
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}", *arguments))
            assert "Seq Scan" not in plan, (kind, plan)
            assert "Index Cond" in plan, (kind, plan)
