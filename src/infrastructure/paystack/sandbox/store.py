"""The sandbox's memory in one SQLite file, so that a restart loses nothing.

Each record is kept as a JSON document beside the few columns that are searched. One process owns a file;
every call is short and runs on the event loop, so two calls never interleave.
"""

# ruff: noqa: S608 - names of tables and columns come from this package; values are always bound

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from infrastructure.paystack.sandbox.records import Customer, Delivery, Refund, Transaction

_FIRST_IDS = {"transactions": 4_100_000_001, "customers": 105_000_001, "refunds": 5_300_001, "deliveries": 1}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, next_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS customers (
    id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS transactions (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, access_code TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL, customer_id INTEGER NOT NULL, amount INTEGER NOT NULL, channel TEXT NOT NULL,
    created_at REAL NOT NULL, due_at REAL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS transactions_due ON transactions (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS refunds (
    id INTEGER PRIMARY KEY, transaction_id INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
    created_at REAL NOT NULL, due_at REAL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_of_transaction ON refunds (transaction_id);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY, due_at REAL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
"""

_Record = TypeVar("_Record", Customer, Transaction, Refund, Delivery)
_Parameters = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows of a list are wanted: column tests, joined by AND, with their values."""

    tests: tuple[str, ...] = ()
    values: _Parameters = ()

    def narrowed(self, test: str, value: object) -> "Selection":
        return Selection(tests=(*self.tests, test), values=(*self.values, value))

    @property
    def where(self) -> str:
        return f" WHERE {' AND '.join(self.tests)}" if self.tests else ""


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Size of a selection; `volume` is the sum of amounts in subunits, `failed` counts failed refunds."""

    count: int
    volume: int = 0
    failed: int = 0


def timestamp(instant: datetime | None) -> float | None:
    return None if instant is None else instant.timestamp()


class Store:
    """Reads and writes records; `open` before use, `close` at the end."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.executescript(_SCHEMA)
        self._connection = connection

    def close(self) -> None:
        self._database.close()
        self._connection = None

    @property
    def _database(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the sandbox's store is not open: its lifespan has not begun or is over")
        return self._connection

    @contextmanager
    def atomically(self) -> Iterator[None]:
        """Make everything inside one transaction; inside another one, become part of it."""
        if self._database.in_transaction:
            yield
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def clear(self) -> None:
        """Forget every record; ids go on, so that nothing old is taken for something new."""
        with self.atomically():
            for table in ("customers", "transactions", "refunds", "deliveries"):
                self._database.execute(f"DELETE FROM {table}")

    def new_id(self, table: str) -> int:
        row = self._database.execute(
            "INSERT INTO counters VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET next_id = next_id + 1 RETURNING next_id",
            (table, _FIRST_IDS[table]),
        ).fetchone()
        return int(row[0])

    def customer(self, email: str, new_code: Callable[[int], str]) -> Customer:
        """Find the customer with this address, or make one."""
        found = self._one(Customer, "SELECT document FROM customers WHERE email = ?", email.lower())
        if found is not None:
            return found
        customer = Customer(id=self.new_id("customers"), email=email.lower(), customer_code=f"CUS_{new_code(15)}")
        self._upsert("customers", id=customer.id, email=customer.email, document=msgspec.json.encode(customer))
        return customer

    def save_transaction(self, transaction: Transaction) -> None:
        self._upsert(
            "transactions",
            id=transaction.id,
            reference=transaction.reference,
            access_code=transaction.access_code,
            status=transaction.status,
            customer_id=transaction.customer.id,
            amount=transaction.amount,
            channel=transaction.channel,
            created_at=timestamp(transaction.created_at),
            due_at=timestamp(transaction.due_at),
            document=msgspec.json.encode(transaction),
        )

    def transaction_by_reference(self, reference: str) -> Transaction | None:
        return self._one(Transaction, "SELECT document FROM transactions WHERE reference = ?", reference)

    def transaction_by_access_code(self, access_code: str) -> Transaction | None:
        return self._one(Transaction, "SELECT document FROM transactions WHERE access_code = ?", access_code)

    def transaction_by_id(self, transaction_id: int) -> Transaction | None:
        return self._one(Transaction, "SELECT document FROM transactions WHERE id = ?", transaction_id)

    def transactions(self, selection: Selection, *, limit: int, offset: int = 0) -> list[Transaction]:
        return self._page(Transaction, "transactions", selection, limit, offset)

    def transaction_totals(self, selection: Selection) -> Totals:
        count, volume = self._database.execute(
            f"SELECT count(*), coalesce(sum(amount), 0) FROM transactions{selection.where}", selection.values
        ).fetchone()
        return Totals(count=count, volume=volume)

    def transactions_due(self, now: datetime) -> list[Transaction]:
        return self._due(Transaction, "transactions", now)

    def save_refund(self, refund: Refund) -> None:
        self._upsert(
            "refunds",
            id=refund.id,
            transaction_id=refund.transaction_id,
            currency=refund.currency,
            status=refund.status,
            created_at=timestamp(refund.created_at),
            due_at=timestamp(refund.due_at),
            document=msgspec.json.encode(refund),
        )

    def refund(self, refund_id: int) -> Refund | None:
        return self._one(Refund, "SELECT document FROM refunds WHERE id = ?", refund_id)

    def refunds_of(self, transaction_id: int) -> list[Refund]:
        return self._many(
            Refund, "SELECT document FROM refunds WHERE transaction_id = ? ORDER BY id", transaction_id
        )

    def refunds(self, selection: Selection, *, limit: int, offset: int = 0) -> list[Refund]:
        return self._page(Refund, "refunds", selection, limit, offset)

    def refund_totals(self, selection: Selection) -> Totals:
        count, failed = self._database.execute(
            f"SELECT count(*), coalesce(sum(status = 'failed'), 0) FROM refunds{selection.where}",
            selection.values,
        ).fetchone()
        return Totals(count=count, failed=failed)

    def refunds_due(self, now: datetime) -> list[Refund]:
        return self._due(Refund, "refunds", now)

    def save_delivery(self, delivery: Delivery) -> None:
        self._upsert(
            "deliveries",
            id=delivery.id,
            due_at=timestamp(delivery.due_at),
            document=msgspec.json.encode(delivery),
        )

    def delivery(self, delivery_id: int) -> Delivery | None:
        return self._one(Delivery, "SELECT document FROM deliveries WHERE id = ?", delivery_id)

    def deliveries(self, *, limit: int) -> list[Delivery]:
        """Return the newest deliveries first."""
        return self._page(Delivery, "deliveries", Selection(), limit, 0)

    def deliveries_due(self, now: datetime) -> list[Delivery]:
        return self._due(Delivery, "deliveries", now)

    def next_due(self, after: datetime) -> float | None:
        """Return the timestamp of the first thing that will happen by itself after an instant."""
        row = self._database.execute(
            "SELECT min(due_at) FROM (SELECT due_at FROM transactions WHERE due_at > :now"
            " UNION ALL SELECT due_at FROM refunds WHERE due_at > :now"
            " UNION ALL SELECT due_at FROM deliveries WHERE due_at > :now)",
            {"now": timestamp(after)},
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def _upsert(self, table: str, **columns: object) -> None:
        names = ", ".join(columns)
        marks = ", ".join(f":{name}" for name in columns)
        updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
        self._database.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",
            columns,
        )

    def _page(
        self, record: type[_Record], table: str, selection: Selection, limit: int, offset: int
    ) -> list[_Record]:
        return self._many(
            record,
            f"SELECT document FROM {table}{selection.where} ORDER BY id DESC LIMIT ? OFFSET ?",
            *selection.values,
            limit,
            offset,
        )

    def _due(self, record: type[_Record], table: str, now: datetime) -> list[_Record]:
        return self._many(
            record, f"SELECT document FROM {table} WHERE due_at <= ? ORDER BY due_at, id", timestamp(now)
        )

    def _many(self, record: type[_Record], statement: str, *values: object) -> list[_Record]:
        rows = self._database.execute(statement, values).fetchall()
        return [msgspec.json.decode(row[0], type=record) for row in rows]

    def _one(self, record: type[_Record], statement: str, *values: object) -> _Record | None:
        row = self._database.execute(statement, values).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=record)
