"""Change, publish or unpublish one's consultant profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from msgspec import UNSET, UnsetType

from application.accounts.callers import Caller
from application.consultants.ports import TimeZones
from application.transactions import OpenUnitOfWork, retried
from domain.consultants import BookingLimits, CancellationPolicy, ConsultantProfile
from domain.money import Money
from domain.refusals import Invalid, StaleVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsChange:
    """Some of the limits; what is unset stays as it is. `sessions_per_day` of nothing means any number."""

    minimum_notice: timedelta | UnsetType = UNSET
    window: timedelta | UnsetType = UNSET
    sessions_per_day: int | UnsetType | None = UNSET

    def on(self, limits: BookingLimits) -> BookingLimits:
        """The changed limits. Raises `Invalid`."""
        wanted = {name: getattr(self, name) for name in self.__slots__}
        return replace(limits, **{name: value for name, value in wanted.items() if value is not UNSET})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProfileCommand:
    """What is nothing stays as it is. `limits` are all of them, or a change of some."""

    slug: str | None = None
    headline: str | None = None
    specializations: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    bio: str | None = None
    time_zone: str | None = None
    default_price: Money | None = None
    policy: CancellationPolicy | None = None
    is_published: bool | None = None
    limits: BookingLimits | LimitsChange | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateProfile:
    """Change one's public profile.

    - Published profiles have a headline, a bio and at least one specialisation.
    - Bookings keep the cancellation policy that they were made under.
    - Limits hold for bookings from now on.
    """

    open_uow: OpenUnitOfWork
    time_zones: TimeZones

    @retried
    async def __call__(self, caller: Caller, command: UpdateProfileCommand) -> ConsultantProfile:
        """The changed profile. Raises `Invalid`, `ProfileIncomplete`, `SlugTaken` or `StaleVersion`."""
        if command.time_zone is not None and command.time_zone not in self.time_zones:
            raise Invalid.field("time_zone", "Choose a time zone such as Africa/Lagos.")
        async with self.open_uow() as uow:
            profile = await uow.profiles.lock(caller.account_id)
            if command.expected_version not in (None, profile.version):
                raise StaleVersion
            profile = _changed(profile, command)
            await uow.profiles.save(profile)
            await uow.commit()
        return replace(profile, version=profile.version + 1)


def _changed(profile: ConsultantProfile, command: UpdateProfileCommand) -> ConsultantProfile:
    wanted = {
        "slug": _stripped(command.slug),
        "headline": _stripped(command.headline),
        "specializations": _distinct(command.specializations),
        "languages": _distinct(command.languages),
        "bio": _stripped(command.bio),
        "time_zone": command.time_zone,
        "default_price": command.default_price,
        "policy": command.policy,
        "is_published": command.is_published,
        "limits": command.limits.on(profile.limits)
        if isinstance(command.limits, LimitsChange)
        else command.limits,
    }
    return replace(profile, **{name: value for name, value in wanted.items() if value is not None})  # type: ignore[arg-type]  # each value has its field's type


def _limits(profile: ConsultantProfile, wanted: BookingLimits | LimitsChange | None) -> BookingLimits | None:
    return wanted.on(profile.limits) if isinstance(wanted, LimitsChange) else wanted


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


def _distinct(tags: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Without blanks and repetitions (whatever their case), in the order given."""
    if tags is None:
        return None
    return tuple({tag.strip().casefold(): tag.strip() for tag in tags if tag.strip()}.values())
