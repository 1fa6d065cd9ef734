"""Consultant profiles in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.consultants import BookingLimits, CancellationPolicy, ConsultantProfile
from domain.money import Money
from domain.refusals import NotFound
from infrastructure.postgres.repository import Repository
from infrastructure.postgres.tables import ConsultantProfileRow


class ConsultantProfileRows(Repository[ConsultantProfileRow]):
    """Rows of profiles."""

    model_type = ConsultantProfileRow


class SqlConsultantProfiles:
    """`ConsultantProfiles` on a table."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = ConsultantProfileRows(session)

    async def add(self, profile: ConsultantProfile) -> None:
        """Insert one."""
        row = ConsultantProfileRow(account_id=profile.account_id, version=profile.version)
        _write(profile, row)
        await self._rows.add(row)

    async def free_slug(self, wanted: str) -> str:
        """The smallest number behind the slug that nobody has; two at once end in `SlugTaken` for one."""
        taken = set(
            await self._session.scalars(
                select(ConsultantProfileRow.slug).where(ConsultantProfileRow.slug.startswith(wanted))
            )
        )
        number = 2
        slug = wanted
        while slug in taken:
            slug = f"{wanted}-{number}"
            number += 1
        return slug

    async def lock(self, account_id: UUID) -> ConsultantProfile:
        """By account, for change."""
        row = await self._rows.get_one_or_none(
            ConsultantProfileRow.account_id == account_id, with_for_update={"key_share": True}
        )
        if row is None:
            raise NotFound
        return _read(row)

    async def save(self, profile: ConsultantProfile) -> None:
        """Write a locked profile back, one version further."""
        row = await self._session.get_one(ConsultantProfileRow, profile.account_id)
        _write(profile, row)
        row.version = profile.version + 1
        await self._session.flush()


def _write(profile: ConsultantProfile, row: ConsultantProfileRow) -> None:
    row.slug = profile.slug
    row.headline = profile.headline
    row.specializations = list(profile.specializations)
    row.languages = list(profile.languages)
    row.bio = profile.bio
    row.time_zone = profile.time_zone
    row.default_price_amount = profile.default_price.amount
    row.default_price_currency = profile.default_price.currency
    row.cancellation_policy = profile.policy
    row.is_published = profile.is_published
    row.minimum_notice_minutes = profile.limits.minimum_notice // timedelta(minutes=1)
    row.booking_window_days = profile.limits.window.days
    row.sessions_per_day = profile.limits.sessions_per_day


def _read(row: ConsultantProfileRow) -> ConsultantProfile:
    return ConsultantProfile(
        account_id=row.account_id,
        slug=row.slug,
        headline=row.headline,
        specializations=tuple(row.specializations),
        languages=tuple(row.languages),
        bio=row.bio,
        time_zone=row.time_zone,
        default_price=Money(row.default_price_amount, row.default_price_currency),
        policy=CancellationPolicy(row.cancellation_policy),
        is_published=row.is_published,
        limits=BookingLimits(
            minimum_notice=timedelta(minutes=row.minimum_notice_minutes),
            window=timedelta(days=row.booking_window_days),
            sessions_per_day=row.sessions_per_day,
        ),
        version=row.version,
    )
