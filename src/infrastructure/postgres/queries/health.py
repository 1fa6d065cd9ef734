"""How the product itself is, as far as the database knows."""

from __future__ import annotations

import msgspec

from application.operations.health_views import ProductHealth
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

_BROKEN_RULES = "SELECT count(*) FROM invariant_checks WHERE is_broken"

# A job is late once it missed three rounds: workers take turns, and one of them may be busy.
_HEALTH = """
WITH waiting AS (
  SELECT topic, count(*) AS waiting, count(*) FILTER (WHERE available_at <= clock_timestamp()) AS due,
    greatest(coalesce(extract(epoch FROM clock_timestamp() - min(available_at)), 0), 0)::float AS oldest_s
  FROM outbox WHERE done_at IS NULL GROUP BY topic
), failed AS (
  SELECT substr(kind, length('errand_failed:') + 1) AS topic, count(*) AS failed FROM operator_items
  WHERE resolved_at IS NULL AND kind LIKE 'errand\\_failed:%' GROUP BY 1
)
SELECT json_build_object(
  'topics', (SELECT coalesce(json_agg(json_build_object('topic', topic, 'waiting', coalesce(waiting, 0),
      'due', coalesce(due, 0), 'oldest_s', coalesce(oldest_s, 0), 'failed', coalesce(failed, 0))
      ORDER BY topic), '[]') FROM waiting FULL JOIN failed USING (topic)),
  'jobs', (SELECT coalesce(json_agg(json_build_object('name', name, 'every_s', extract(epoch FROM every)::float,
      'ended_at', ended_at, 'next_at', greatest(ended_at + every, clock_timestamp()),
      'took_s', extract(epoch FROM took)::float, 'problem', problem,
      'is_late', ended_at < clock_timestamp() - greatest(every * 3, interval '1 minute')) ORDER BY name), '[]')
    FROM job_runs),
  'invariants', (SELECT coalesce(json_agg(json_build_object('name', name, 'is_broken', is_broken,
      'examples', examples, 'checked_at', checked_at, 'checked_fully_at', checked_fully_at,
      'took_s', extract(epoch FROM took)::float) ORDER BY is_broken DESC, name), '[]') FROM invariant_checks),
  'database', json_build_object('version', current_setting('server_version'),
    'revision', (SELECT version_num FROM alembic_versions),
    'size', pg_database_size(current_database()),
    'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
    'most_connections', current_setting('max_connections')::int),
  'deliveries', (SELECT json_build_object(
      'waiting', count(*) FILTER (WHERE next_try_at IS NOT NULL),
      'oldest_s', greatest(coalesce(extract(epoch FROM clock_timestamp() - min(next_try_at)), 0), 0)::float,
      'failed', (SELECT count(*) FROM webhook_deliveries
        WHERE status = 'failed' AND created_at > clock_timestamp() - interval '1 day'))
    FROM webhook_deliveries WHERE next_try_at IS NOT NULL)
)
"""

_health = msgspec.json.Decoder(ProductHealth)


class SqlHealthQueries:
    """`HealthQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def broken_rules(self) -> int:
        """A table of a few dozen rows."""
        with translated_faults():
            count: int = await self._database.pool.fetchval(_BROKEN_RULES)
        return count

    async def health(self) -> ProductHealth:
        """One statement, one JSON object."""
        with translated_faults():
            found = await self._database.pool.fetchval(_HEALTH)
        return _health.decode(found)
