"""Which columns of each record are searched; everything else is in its JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, TypeVar

import msgspec

from infrastructure.paystack.sandbox.records import (
    Customer,
    Delivery,
    Dispute,
    LedgerEntry,
    Recipient,
    Refund,
    Split,
    Subaccount,
    Transaction,
    Transfer,
)

Record = TypeVar("Record", bound=msgspec.Struct)

_WHEN_DUE = {"due_at": "REAL"}


@dataclass(frozen=True, kw_only=True)
class Table(Generic[Record]):
    """One kind of record: its table, where its ids begin, and its columns with their SQL types.

    A column is named for the attribute that it shows: `customer_id` for `customer.id`.
    """

    kind: type[Record]
    name: str
    first_id: int
    columns: Mapping[str, str]

    @property
    def moves_by_itself(self) -> bool:
        """Whether records of this kind can be due."""
        return "due_at" in self.columns

    def schema(self) -> str:
        """Write the statements that make the table and its indexes, where they are missing."""
        columns = "".join(f"{_column(path)} {kind}, " for path, kind in self.columns.items())
        statements = [
            f"CREATE TABLE IF NOT EXISTS {self.name} (id INTEGER PRIMARY KEY, {columns}document BLOB NOT NULL);"
        ]
        if self.moves_by_itself:
            statements.append(
                f"CREATE INDEX IF NOT EXISTS {self.name}_due ON {self.name} (due_at) WHERE due_at IS NOT NULL;"
            )
        if "transaction_id" in self.columns:
            statements.append(
                f"CREATE INDEX IF NOT EXISTS {self.name}_of_transaction ON {self.name} (transaction_id);"
            )
        return "\n".join(statements)

    def row(self, record: Record) -> dict[str, object]:
        """Take the values of the columns from a record."""
        values = {_column(path): _value(attrgetter(path)(record)) for path in self.columns}
        return {"id": attrgetter("id")(record), **values, "document": msgspec.json.encode(record)}


def _column(path: str) -> str:
    return path.replace(".", "_")


def _value(value: object) -> object:
    return value.timestamp() if isinstance(value, datetime) else value


TABLES: tuple[Table[msgspec.Struct], ...] = (
    Table(kind=Customer, name="customers", first_id=105_000_001, columns={"email": "TEXT NOT NULL UNIQUE"}),
    Table(
        kind=Transaction,
        name="transactions",
        first_id=4_100_000_001,
        columns={
            "reference": "TEXT NOT NULL UNIQUE",
            "access_code": "TEXT NOT NULL UNIQUE",
            "status": "TEXT NOT NULL",
            "customer.id": "INTEGER NOT NULL",
            "amount": "INTEGER NOT NULL",
            "channel": "TEXT NOT NULL",
            "created_at": "REAL NOT NULL",
            **_WHEN_DUE,
        },
    ),
    Table(
        kind=Refund,
        name="refunds",
        first_id=5_300_001,
        columns={
            "transaction_id": "INTEGER NOT NULL",
            "currency": "TEXT NOT NULL",
            "status": "TEXT NOT NULL",
            "created_at": "REAL NOT NULL",
            **_WHEN_DUE,
        },
    ),
    Table(
        kind=Subaccount,
        name="subaccounts",
        first_id=37_001,
        columns={"subaccount_code": "TEXT NOT NULL UNIQUE", "created_at": "REAL NOT NULL"},
    ),
    Table(
        kind=Split,
        name="splits",
        first_id=142_001,
        columns={"split_code": "TEXT NOT NULL UNIQUE", "created_at": "REAL NOT NULL"},
    ),
    Table(
        kind=Recipient,
        name="recipients",
        first_id=28_000_001,
        columns={
            "recipient_code": "TEXT NOT NULL UNIQUE",
            "type": "TEXT NOT NULL",
            "bank_code": "TEXT NOT NULL",
            "account_number": "TEXT NOT NULL",
            "currency": "TEXT NOT NULL",
            "is_deleted": "INTEGER NOT NULL",
            "created_at": "REAL NOT NULL",
        },
    ),
    Table(
        kind=Transfer,
        name="transfers",
        first_id=860_000_001,
        columns={
            "reference": "TEXT NOT NULL UNIQUE",
            "transfer_code": "TEXT NOT NULL UNIQUE",
            "status": "TEXT NOT NULL",
            "recipient_id": "INTEGER NOT NULL",
            "amount": "INTEGER NOT NULL",
            "currency": "TEXT NOT NULL",
            "created_at": "REAL NOT NULL",
            **_WHEN_DUE,
        },
    ),
    Table(
        kind=Dispute,
        name="disputes",
        first_id=620_001,
        columns={
            "transaction_id": "INTEGER NOT NULL",
            "status": "TEXT NOT NULL",
            "created_at": "REAL NOT NULL",
            **_WHEN_DUE,
        },
    ),
    Table(
        kind=LedgerEntry,
        name="ledger",
        first_id=1,
        columns={
            "currency": "TEXT NOT NULL",
            "difference": "INTEGER NOT NULL",
            "model": "TEXT NOT NULL",
            "row": "INTEGER NOT NULL",
            "created_at": "REAL NOT NULL",
        },
    ),
    Table(kind=Delivery, name="deliveries", first_id=1, columns=_WHEN_DUE),
)
