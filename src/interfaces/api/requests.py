"""What the API reads. Bounds and rules are the domain's; here stand names, kinds and what a field asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from interfaces.api.json_bodies import asks

Username = Annotated[str, asks("Choose a username.", example="ada")]
Email = Annotated[str, asks("Enter your e-mail address.", example="ada@example.com")]
NewPassword = Annotated[str, asks("Choose a password.", example="bright-harmattan-morning")]
Password = Annotated[str, asks("Enter your password.", example="bright-harmattan-morning")]
FirstName = Annotated[str, asks("Enter your first name.", example="Ada")]
LastName = Annotated[str, asks("Enter your last name.", example="Obi")]
PhoneNumber = Annotated[str, asks("Enter a phone number such as +234 803 123 4567.", example="+234 803 123 4567")]
QuestionKey = Annotated[
    str,
    asks("Pick a question from the list.", example="phrase", description="A `key` of the questions on offer."),
]
SecurityAnswer = Annotated[str, asks("Answer the security question.", example="seven green umbrellas")]
Identifier = Annotated[
    str,
    asks("Enter your username or e-mail address.", example="ada", description="A username or an e-mail address."),
]
Instant = Annotated[
    datetime,
    Meta(tz=True),
    asks(
        "Enter an instant with its offset from UTC, such as 2030-01-31T09:00:00Z.",
        example="2030-01-31T09:00:00Z",
        description="RFC 3339, with an offset.",
    ),
]


class MoneyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` in subunits (kobo), `currency` an ISO 4217 code."""

    amount: int
    currency: str


Price = Annotated[
    MoneyRequest | int,
    asks(
        "Enter a price as amount (in subunits) and currency.",
        example={"amount": 500000, "currency": "NGN"},
        description="A bare integer is an amount of subunits in the default currency.",
    ),
]


class RegisterRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    username: Username
    email: Email
    password: NewPassword
    role: Annotated[Literal["client", "consultant"], asks("Choose client or consultant.", example="client")]
    first_name: FirstName
    last_name: LastName
    phone_number: PhoneNumber | None = None
    security_question: QuestionKey
    security_answer: SecurityAnswer


class TokenRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new bearer token, for somebody who proves the password. Without `scopes` it has all of them."""

    identifier: Identifier
    password: Password
    name: Annotated[str, asks("Enter a name to recognise the token by.", example="Calendar sync")] | None = None
    scopes: (
        Annotated[list[Literal["read", "write"]], asks("Choose among read, write.", example=["read"])] | None
    ) = None
    expires_in: (
        Annotated[
            int,
            asks(
                "Enter a number of seconds, at most 365 days.",
                example=2_592_000,
                description="Life in seconds; 30 days by default, at most 365.",
            ),
        ]
        | None
    ) = None


class RecoveryRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose account it is."""

    identifier: Identifier


class RecoveryAnswerRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The question that the person picked, and the answer."""

    question: QuestionKey
    answer: SecurityAnswer


class ResetRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token that the right answer gave, and a new password."""

    reset_token: Annotated[str, asks("Send the reset token.", example="Zk3…")]
    new_password: NewPassword


class AccountRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. A `phone_number` of null removes it."""

    email: Email | UnsetType = UNSET
    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType = UNSET
    phone_number: PhoneNumber | UnsetType | None = UNSET


class PasswordRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password and the one that follows it."""

    current_password: Annotated[str, asks("Enter your current password.", example="bright-harmattan-morning")]
    new_password: NewPassword


class BookingRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat in a session."""

    slot_id: Annotated[UUID, asks("Name the session by its id.", example="01980000-0000-7000-8000-000000000000")]
    reason_for_session: Annotated[
        str, asks("Say what you want to talk about.", example="A lease that ends in March")
    ]


class CancelRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May be left out. With `expected_refund`, nothing happens when the refund is another sum by now."""

    reason: Annotated[str, asks("Say why.", example="I have to travel that day")] | None = None
    expected_refund: (
        Annotated[
            int,
            asks(
                "Enter the refund that you expect, in subunits.",
                example=500_000,
                description="The refund that was agreed to, in subunits.",
            ),
        ]
        | None
    ) = None


class RescheduleRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The session to move to: another one of the same consultant, at the same price."""

    slot_id: Annotated[UUID, asks("Name the session by its id.", example="01980000-0000-7000-8000-000000000000")]


class AbsenceRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May be left out."""

    reason: Annotated[str, asks("Say what happened.", example="Nobody came for half an hour")] | None = None


class AbsenceAnswerRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether one was there, and what happened."""

    attended: Annotated[bool, asks("Choose true or false.", example=False)]
    comment: Annotated[str, asks("Say what happened.", example="I was ill")] | None = None


class ReviewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """1 to 5 stars, and a comment, which may be empty."""

    rating: Annotated[int, asks("Choose from 1 to 5 stars.", example=5)]
    comment: Annotated[str, asks("Enter a comment.", example="Clear and kind.")] = ""


class ProfileRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. `is_published` publishes or unpublishes."""

    slug: Annotated[str, asks("Choose the address of your page.", example="ada-obi")] | UnsetType = UNSET
    headline: Annotated[str, asks("Enter a headline.", example="Contracts without tears")] | UnsetType = UNSET
    specializations: Annotated[list[str], asks("List your specialisations.", example=["Law"])] | UnsetType = UNSET
    languages: Annotated[list[str], asks("List your languages.", example=["English", "Yoruba"])] | UnsetType = (
        UNSET
    )
    bio: Annotated[str, asks("Enter your bio.", example="Twenty years at the bar.")] | UnsetType = UNSET
    time_zone: (
        Annotated[str, asks("Choose a time zone such as Africa/Lagos.", example="Africa/Lagos")] | UnsetType
    ) = UNSET
    default_price: Price | UnsetType = UNSET
    cancellation_policy: (
        Annotated[
            Literal["flexible", "moderate", "strict"],
            asks("Choose flexible, moderate or strict.", example="flexible"),
        ]
        | UnsetType
    ) = UNSET
    is_published: Annotated[bool, asks("Choose true or false.", example=True)] | UnsetType = UNSET


MaxSlots = Annotated[
    int, asks("Enter how many seats there are.", example=1, description="How many seats there are.")
]


class AvailabilityRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new session on offer."""

    starts_at: Instant
    ends_at: Instant
    max_slots: MaxSlots = 1
    price: Price


class AvailabilityChangeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. A `closed` session is kept but not offered."""

    starts_at: Instant | UnsetType = UNSET
    ends_at: Instant | UnsetType = UNSET
    max_slots: MaxSlots | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    status: Annotated[Literal["open", "closed"], asks("Choose open or closed.", example="open")] | UnsetType = (
        UNSET
    )


class MeetingLinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the session takes place: an absolute https address, and the name of the place."""

    meeting_platform: Annotated[str, asks("Name the platform, such as Google Meet.", example="Google Meet")]
    meeting_link: Annotated[
        str, asks("Enter an address that begins with https://.", example="https://meet.example.com/abc-defg")
    ]
