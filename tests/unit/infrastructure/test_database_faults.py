"""What the driver's exceptions mean, bare or as the engine wraps them."""

from __future__ import annotations

from typing import Any, cast

import asyncpg
import pytest
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError

from application.transactions import TransactionConflictError
from infrastructure.postgres.faults import DatabaseUnavailableError, translated_faults


def wrapped(fault: Exception) -> DBAPIError:
    """By SQLAlchemy, around its own copy of the driver's exception."""
    copy = cast(Any, AsyncAdapt_asyncpg_dbapi.Error)("of the driver", fault)
    return DBAPIError("SELECT 1", None, copy)


AWAY = [
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.exceptions.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    ConnectionResetError("reset by peer"),
    TimeoutError(),
]


@pytest.mark.parametrize("fault", [*AWAY, *map(wrapped, AWAY)], ids=repr)
def test_a_database_out_of_reach_is_said_to_be(fault: Exception) -> None:
    with pytest.raises(DatabaseUnavailableError), translated_faults():
        raise fault


LOST_RACES = [asyncpg.DeadlockDetectedError("deadlock"), asyncpg.SerializationError("could not serialize")]


@pytest.mark.parametrize("fault", [*LOST_RACES, *map(wrapped, LOST_RACES)], ids=repr)
def test_a_lost_race_can_be_run_again(fault: Exception) -> None:
    with pytest.raises(TransactionConflictError), translated_faults():
        raise fault


@pytest.mark.parametrize(
    "fault",
    [asyncpg.DataError("invalid input for query argument $1"), asyncpg.UndefinedColumnError("no such column")],
    ids=repr,
)
def test_a_bug_stays_one(fault: Exception) -> None:
    with pytest.raises(type(fault)), translated_faults():
        raise fault
