"""The schema: Alembic's revisions in `migrations/`, run through Advanced Alchemy."""

from __future__ import annotations

from pathlib import Path

from advanced_alchemy.alembic.commands import AlembicCommands
from advanced_alchemy.config import AlembicAsyncConfig, EngineConfig, SQLAlchemyAsyncConfig
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool

from infrastructure.postgres.database import sqlalchemy_url

FOLDER = Path(__file__).resolve().parents[3] / "migrations"


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to a revision. Runs an event loop of its own: never call it from one."""
    _commands(url).upgrade(revision)


def migrate_down(url: str, revision: str) -> None:
    """Take migrations back, down to and excluding a revision; `base` takes back all."""
    _commands(url).downgrade(revision)


def newest_revision() -> str:
    """The revision that this code was written for."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise RuntimeError(f"there are no migrations in {FOLDER}")
    return head


def _commands(url: str) -> AlembicCommands:
    return AlembicCommands(
        SQLAlchemyAsyncConfig(
            connection_string=sqlalchemy_url(url).render_as_string(hide_password=False),
            engine_config=EngineConfig(poolclass=NullPool),
            alembic_config=AlembicAsyncConfig(script_location=str(FOLDER)),
        )
    )
