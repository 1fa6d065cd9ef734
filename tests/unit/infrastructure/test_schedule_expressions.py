"""How often jobs come round, as the queue understands it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # ships no types

from infrastructure.worker import cron_every

NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [1, 2, 15, 30, 60, 300, 600, 3600, 86_400])
def test_a_job_comes_round_as_often_as_it_should(seconds: int) -> None:
    turns = croniter(cron_every(seconds), NOON)
    first, second = turns.get_next(datetime), turns.get_next(datetime)
    assert (second - first).total_seconds() == seconds
