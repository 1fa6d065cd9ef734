"""What the driver's exceptions mean to the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from application.transactions import TransactionConflictError
from domain.refusals import Invalid
from infrastructure.postgres.constraints import refusal_for

CONFLICTS = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock time-out: the transaction may be run again."""


UNSTORABLE = frozenset({"22021", "22P05"})
"""A character that PostgreSQL has no place for (U+0000), wherever in a request it came from."""


_OUT_OF_REACH = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # of a connection that the server is just closing
    PoolTimeoutError,
    OSError,  # a time-out, a connection that broke, or the socket of a server that is not there
)


class DatabaseUnavailableError(ConnectionError):
    """PostgreSQL cannot be reached, has no connection to spare or took too long."""


@contextmanager
def translated_faults() -> Iterator[None]:
    """Raise refusals for violated rules, `TransactionConflictError` for lost races, and
    `DatabaseUnavailableError` when the database cannot do its work. Anything else is a bug and stays.
    """
    try:
        yield
    except DBAPIError as fault:
        raise _meaning(_driver_fault(fault)) from fault
    except (asyncpg.PostgresError, *_OUT_OF_REACH) as fault:
        raise _meaning(fault) from fault


def _driver_fault(fault: DBAPIError) -> BaseException:
    return getattr(fault.orig, "driver_exception", None) or fault


def _meaning(fault: BaseException) -> BaseException:
    if isinstance(fault, _OUT_OF_REACH) and not isinstance(fault, ValueError):  # that is a value of the wrong kind
        return DatabaseUnavailableError(str(fault))
    sqlstate = getattr(fault, "sqlstate", None) or ""
    if sqlstate in CONFLICTS:
        return TransactionConflictError(str(fault))
    if sqlstate.startswith("23"):
        return refusal_for(getattr(fault, "constraint_name", None)) or fault
    if sqlstate in UNSTORABLE:
        return Invalid.field("text", "Use characters that can be typed.")
    if sqlstate[:2] in ("08", "53", "57"):
        return DatabaseUnavailableError(str(fault))
    return fault
