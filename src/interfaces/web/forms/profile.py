"""The form for a consultant's public profile."""

from __future__ import annotations

import re
from typing import ClassVar

from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import ProfileView
from domain.consultants import LONGEST_BIO, CancellationPolicy
from interfaces.web.forms.form import Form, Reading
from interfaces.web.money_words import money_as_typed
from interfaces.web.zones import known_zone


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
        "slug",
        "is_published",
        "version",
    )
    FIELD_OF: ClassVar = {"slug_taken": "slug", "profile_incomplete": "is_published", "price": "default_price"}

    @classmethod
    def of(cls, profile: ProfileView) -> ProfileForm:
        """Filled with what is stored."""
        return cls(
            {
                "headline": profile.headline,
                "specializations": ", ".join(profile.specializations),
                "bio": profile.bio,
                "languages": ", ".join(profile.languages),
                "time_zone": profile.time_zone,
                "default_price": money_as_typed(profile.default_price),
                "cancellation_policy": profile.cancellation_policy,
                "slug": profile.slug,
                "is_published": "yes" if profile.is_published else "",
                "version": str(profile.version),
            }
        )

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
        )
        read.done()
        return command


def _items(typed: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in re.split(r"[,;\n]", typed) if item.strip())
