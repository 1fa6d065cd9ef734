"""The sandbox's memory in one SQLite file, so that a restart loses nothing.

Each record is kept as a JSON document beside the few columns that are searched. One process owns a file;
every call is short and runs on the event loop, so two calls never interleave.
"""

# ruff: noqa: S608 - names of tables and columns come from this package; values are always bound

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import msgspec

from infrastructure.paystack.sandbox.tables import TABLES, Record, Table

_COUNTERS = "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, next_id INTEGER NOT NULL);"
_BY_KIND = {table.kind: table for table in TABLES}


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows of a list are wanted: column tests, joined by AND, with their values."""

    tests: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    def narrowed(self, test: str, value: object) -> "Selection":
        return Selection(tests=(*self.tests, test), values=(*self.values, value))

    @property
    def where(self) -> str:
        return f" WHERE {' AND '.join(self.tests)}" if self.tests else ""


EVERYTHING = Selection()


def having(**columns: object) -> Selection:
    """Select the rows whose columns have these values."""
    return Selection(tests=tuple(f"{name} = ?" for name in columns), values=tuple(columns.values()))


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
        connection.executescript("\n".join([_COUNTERS, *(table.schema() for table in TABLES)]))
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
            for table in TABLES:
                self._database.execute(f"DELETE FROM {table.name}")

    def new_id(self, kind: type[Record]) -> int:
        table = _table(kind)
        row = self._database.execute(
            "INSERT INTO counters VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET next_id = next_id + 1 RETURNING next_id",
            (table.name, table.first_id),
        ).fetchone()
        return int(row[0])

    def save(self, record: msgspec.Struct) -> None:
        """Store a new or changed record."""
        table = _table(type(record))
        row = table.row(record)
        marks = ", ".join(f":{name}" for name in row)
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._database.execute(
            f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {updates}",
            row,
        )

    def get(self, kind: type[Record], record_id: int) -> Record | None:
        return self.find(kind, id=record_id)

    def find(self, kind: type[Record], **columns: object) -> Record | None:
        """Return the newest record whose columns have these values."""
        found = self.page(kind, having(**columns), limit=1)
        return found[0] if found else None

    def page(
        self, kind: type[Record], selection: Selection = EVERYTHING, *, limit: int, offset: int = 0
    ) -> list[Record]:
        """Return a part of a selection, newest first."""
        return self._read(
            kind, f"{selection.where} ORDER BY id DESC LIMIT ? OFFSET ?", *selection.values, limit, offset
        )

    def all(self, kind: type[Record], **columns: object) -> list[Record]:
        """Return the records whose columns have these values, oldest first."""
        selection = having(**columns)
        return self._read(kind, f"{selection.where} ORDER BY id", *selection.values)

    def due(self, kind: type[Record], now: datetime) -> list[Record]:
        """Return what happens by itself by now, longest overdue first."""
        return self._read(kind, " WHERE due_at <= ? ORDER BY due_at, id", now.timestamp())

    def count(self, kind: type[msgspec.Struct], selection: Selection = EVERYTHING) -> int:
        return self._number(f"SELECT count(*) FROM {_table(kind).name}{selection.where}", selection)

    def sum(self, kind: type[msgspec.Struct], column: str, selection: Selection = EVERYTHING) -> int:
        """Add up a column of whole numbers."""
        statement = f"SELECT coalesce(sum({column}), 0) FROM {_table(kind).name}{selection.where}"
        return self._number(statement, selection)

    def next_due(self, after: datetime) -> float | None:
        """Return the timestamp of the first thing that will happen by itself after an instant."""
        each = " UNION ALL ".join(
            f"SELECT min(due_at) AS due_at FROM {table.name} WHERE due_at > :now"
            for table in TABLES
            if table.moves_by_itself
        )
        row = self._database.execute(f"SELECT min(due_at) FROM ({each})", {"now": after.timestamp()}).fetchone()
        return None if row[0] is None else float(row[0])

    def _number(self, statement: str, selection: Selection) -> int:
        return int(self._database.execute(statement, selection.values).fetchone()[0])

    def _read(self, kind: type[Record], rest: str, *values: object) -> list[Record]:
        rows = self._database.execute(f"SELECT document FROM {_table(kind).name}{rest}", values).fetchall()
        return [msgspec.json.decode(row[0], type=kind) for row in rows]


def _table(kind: type[Record]) -> Table[Record]:
    return cast("Table[Record]", _BY_KIND[kind])
