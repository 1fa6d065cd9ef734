"""The form for a consultant's public profile."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, ClassVar

from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import ProfileView
from domain.consultants import LONGEST_BIO, BookingLimits, CancellationPolicy
from interfaces.web.forms.form import Form, Reading
from interfaces.web.money_words import money_as_typed
from interfaces.web.zones import known_zone

NOTICE_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
"""Smallest first."""


class ProfileForm(Form):
    """Change, publish or unpublish the profile. Lists are typed with commas between."""

    FIELDS = (
        "headline",
        "specializations",
        "bio",
        "languages",
        "time_zone",
        "default_price",
        "cancellation_policy",
        "minimum_notice",
        "notice_unit",
        "booking_window_days",
        "sessions_per_day",
        "slug",
        "is_published",
        "version",
    )
    FIELD_OF: ClassVar = {
        "slug_taken": "slug",
        "profile_incomplete": "is_published",
        "price": "default_price",
        "minimum_notice_minutes": "minimum_notice",
    }

    @classmethod
    def of(cls, profile: ProfileView) -> ProfileForm:
        """Filled with what is stored."""
        notice, unit = _notice_as_typed(timedelta(minutes=profile.minimum_notice_minutes))
        return cls(
            {
                "headline": profile.headline,
                "specializations": ", ".join(profile.specializations),
                "bio": profile.bio,
                "languages": ", ".join(profile.languages),
                "time_zone": profile.time_zone,
                "default_price": money_as_typed(profile.default_price),
                "cancellation_policy": profile.cancellation_policy,
                "minimum_notice": notice,
                "notice_unit": unit,
                "booking_window_days": str(profile.booking_window_days),
                "sessions_per_day": str(profile.sessions_per_day or ""),
                "slug": profile.slug,
                "is_published": "yes" if profile.is_published else "",
                "version": str(profile.version),
            }
        )

    def preview(self) -> dict[str, Any]:
        """What clients would see of it, as far as it was typed."""
        return {
            "headline": self["headline"].strip(),
            "specializations": _items(self["specializations"]),
            "languages": _items(self["languages"]),
            "bio": self["bio"].strip(),
        }

    def command(self, currency: str) -> UpdateProfileCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        zone = read.text("time_zone")
        read.check.require(known_zone(zone) is not None, "time_zone", "Choose your time zone from the list.")
        policy = read.choice("cancellation_policy", CancellationPolicy, "Choose a cancellation policy.")
        command = UpdateProfileCommand(
            headline=read.text("headline"),
            specializations=_items(read.text("specializations", longest=1000)),
            bio=read.text("bio", longest=LONGEST_BIO, lines=True),
            languages=_items(read.text("languages", longest=1000)),
            time_zone=zone,
            default_price=read.money("default_price", currency),
            slug=read.text("slug", "Choose the address of your page."),
            is_published=self.typed.get("is_published") == "yes",
            expected_version=read.whole_number("version", "Load this page again."),
            policy=CancellationPolicy(policy) if policy in set(CancellationPolicy) else None,
            limits=read.check.attempt(self._limits),
        )
        read.done()
        return command

    def _limits(self) -> BookingLimits:
        read = Reading(self.typed)
        notice = read.whole_number("minimum_notice", "Enter a whole number, such as 12, or 0 for no notice.")
        unit = read.choice("notice_unit", NOTICE_UNITS, "Choose minutes, hours or days.")
        days = read.whole_number("booking_window_days", "Enter how many days ahead, such as 60.")
        most = None
        if self.typed.get("sessions_per_day", "").strip():
            most = read.whole_number("sessions_per_day", "Enter a whole number such as 4, or leave it empty.")
        read.done()
        return BookingLimits(
            minimum_notice=notice * NOTICE_UNITS[unit], window=timedelta(days=days), sessions_per_day=most
        )


def _notice_as_typed(notice: timedelta) -> tuple[str, str]:
    """The number and the largest unit that it is whole in; no notice at all is so many hours."""
    if not notice:
        return "0", "hours"
    name, unit = [(name, unit) for name, unit in NOTICE_UNITS.items() if not notice % unit][-1]
    return str(notice // unit), name


def _items(typed: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in re.split(r"[,;\n]", typed) if item.strip())
