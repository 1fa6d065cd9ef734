"""What the API reads. Bounds and rules are the domain's; here stand names, kinds and what a field asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from domain.webhooks import Event
from interfaces.api.json_bodies import asks

Username = Annotated[str, asks("Choose a username.", example="ada")]
Email = Annotated[str, asks("Enter your e-mail address.", example="ada@example.com")]
NewPassword = Annotated[str, asks("Choose a password.", example="bright-harmattan-morning")]
Password = Annotated[str, asks("Enter your password.", example="bright-harmattan-morning")]
FirstName = Annotated[str, asks("Enter your first name.", example="Ada")]
LastName = Annotated[str, asks("Enter your last name.", example="Obi")]
CurrentPassword = Annotated[str, asks("Enter your current password.", example="bright-harmattan-morning")]
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


LONGEST_MINUTES = 10_000_000
"""More than any length of time here may be, and little enough to be counted with."""


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
    """A recovery code; or the question that the person picked, and the answer."""

    question: QuestionKey = ""
    answer: SecurityAnswer = ""
    recovery_code: (
        Annotated[
            str,
            asks(
                "Enter one of your recovery codes.",
                example="7QK2-M9XD-4TRB-H0AW",
                description="Instead of question and answer. Case, spaces and hyphens do not matter.",
            ),
        ]
        | None
    ) = None


class ResetRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token that the right answer gave, and a new password."""

    reset_token: Annotated[str, asks("Send the reset token.", example="Zk3…")]
    new_password: NewPassword


class AccountRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. A `phone_number` of null removes it.

    Another e-mail address or phone number needs the `current_password`.
    """

    email: Email | UnsetType = UNSET
    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType = UNSET
    phone_number: PhoneNumber | UnsetType | None = UNSET
    current_password: CurrentPassword | UnsetType = UNSET


class ProofRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password once more."""

    current_password: CurrentPassword


class QuestionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another security question and its answer."""

    security_question: QuestionKey
    security_answer: SecurityAnswer
    current_password: CurrentPassword


class QuestionRecoveryRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the security question opens the account."""

    is_on: Annotated[bool, asks("Send true or false.", example=False)]
    current_password: CurrentPassword


class PreferencesRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All preferences; null, or left out, is what each device remembers."""

    time_zone: Annotated[str, asks("Choose a time zone such as Africa/Lagos.", example="Africa/Lagos")] | None = (
        None
    )
    has_long_day: (
        Annotated[bool, asks("Send true or false.", example=True, description="14:00 instead of 2:00 pm.")] | None
    ) = None
    theme: (
        Annotated[Literal["dark", "light", "system"], asks("Choose among dark, light, system.", example="dark")]
        | None
    ) = None
    language: Annotated[str, asks("Choose a language from the list.", example="en")] | None = None


class CalendarFeedRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password once more: the address goes on working when the token has ended."""

    current_password: Annotated[str, asks("Enter your current password.", example="bright-harmattan-morning")]


WebhookUrl = Annotated[
    str,
    asks(
        "Enter an address such as https://example.com/imoran.",
        example="https://example.com/imoran",
        description="An https address on the internet, port 443.",
    ),
]
WebhookEvents = Annotated[
    list[str],
    asks(
        "Choose from the list of events.",
        example=["booking.confirmed", "booking.cancelled"],
        description=f"Types of the events to be told about: {', '.join(Event)}.",
    ),
]


class WebhookRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where events go, and which."""

    url: WebhookUrl
    events: WebhookEvents


class WebhookChangeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    url: WebhookUrl | UnsetType = UNSET
    events: WebhookEvents | UnsetType = UNSET
    is_enabled: Annotated[bool, asks("Choose true or false.", example=False)] | UnsetType = UNSET


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


class WaitingRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in line for a full session."""

    slot_id: Annotated[UUID, asks("Name the session by its id.", example="01980000-0000-7000-8000-000000000000")]


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


class RefundAccountRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a refund should go that could not go back the way it was paid. The number is not kept."""

    bank_id: Annotated[
        str, asks("Choose a bank from the list.", example="9", description="An `id` of the banks on offer.")
    ]
    account_number: Annotated[
        str,
        asks(
            "Enter the number of the account.",
            example="0001234567",
            description="For mobile money, the telephone number. Goes to Paystack and is kept nowhere.",
        ),
    ]


class ReadRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to when; all of them without it."""

    until: (
        Annotated[
            Instant,
            Meta(description="What came later stays unread: the `created_at` of the newest one that was seen."),
        ]
        | None
    ) = None


class ReviewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """1 to 5 stars, and a comment, which may be empty."""

    rating: Annotated[int, asks("Choose from 1 to 5 stars.", example=5)]
    comment: Annotated[str, asks("Enter a comment.", example="Clear and kind.")] = ""


class ReplyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the consultant answers."""

    reply: Annotated[str, asks("Write a reply.", example="Thank you. Come back when the lease is signed.")]


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
    minimum_notice_minutes: (
        Annotated[
            int,
            Meta(ge=0, le=LONGEST_MINUTES),
            asks(
                "Enter a whole number of minutes.",
                example=120,
                description="How long before its start a session can be booked at the latest; at most 43,200.",
            ),
        ]
        | UnsetType
    ) = UNSET
    booking_window_days: (
        Annotated[
            int,
            Meta(ge=0, le=LONGEST_MINUTES),
            asks(
                "Enter a whole number of days.",
                example=90,
                description="How many days ahead sessions can be booked; from 1 to 732.",
            ),
        ]
        | UnsetType
    ) = UNSET
    sessions_per_day: (
        Annotated[
            int,
            asks(
                "Enter a whole number, or null for any number.",
                example=4,
                description="Sessions that clients can book on one day; null for any number.",
            ),
        ]
        | UnsetType
        | None
    ) = UNSET


MaxSlots = Annotated[
    int, asks("Enter how many seats there are.", example=1, description="How many seats there are.")
]


ServiceId = Annotated[
    UUID,
    asks(
        "Name one of your services by its id.",
        example="01980000-0000-7000-8000-000000000000",
        description="One of one's own services.",
    ),
]
BufferMinutes = Annotated[
    int,
    Meta(ge=0, le=LONGEST_MINUTES),
    asks("Enter a whole number of minutes.", example=10, description="Minutes that are kept free; at most 240."),
]


class AvailabilityRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new session on offer. With `service_id`, everything but its start can be left out: then it is the
    service's. Without, it needs an end and a price.
    """

    starts_at: Instant
    ends_at: Instant | UnsetType = UNSET
    max_slots: MaxSlots | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    service_id: ServiceId | UnsetType = UNSET
    buffer_before_minutes: BufferMinutes | UnsetType = UNSET
    buffer_after_minutes: BufferMinutes | UnsetType = UNSET


class AvailabilityChangeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. A `closed` session is kept but not offered. One that becomes a session
    of another service takes its buffers from there.
    """

    starts_at: Instant | UnsetType = UNSET
    ends_at: Instant | UnsetType = UNSET
    max_slots: MaxSlots | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    service_id: ServiceId | UnsetType = UNSET
    buffer_before_minutes: BufferMinutes | UnsetType = UNSET
    buffer_after_minutes: BufferMinutes | UnsetType = UNSET
    status: Annotated[Literal["open", "closed"], asks("Choose open or closed.", example="open")] | UnsetType = (
        UNSET
    )


SessionMinutes = Annotated[
    int,
    Meta(ge=0, le=LONGEST_MINUTES),
    asks("Enter a whole number of minutes.", example=60, description="How long a session lasts, in minutes."),
]
ServiceName = Annotated[str, asks("Name the service.", example="Contract review")]
ServiceDescription = Annotated[str, asks("Describe the service.", example="Send me the contract a day before.")]


class ServiceRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new kind of session."""

    name: ServiceName
    description: ServiceDescription = ""
    length_minutes: SessionMinutes
    price: Price
    max_slots: MaxSlots = 1
    buffer_before_minutes: BufferMinutes = 0
    buffer_after_minutes: BufferMinutes = 0
    is_offered: Annotated[bool, asks("Choose true or false.", example=True)] = True


class ServiceChangeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is. `is_offered` withdraws a service or offers it again."""

    name: ServiceName | UnsetType = UNSET
    description: ServiceDescription | UnsetType = UNSET
    length_minutes: SessionMinutes | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    max_slots: MaxSlots | UnsetType = UNSET
    buffer_before_minutes: BufferMinutes | UnsetType = UNSET
    buffer_after_minutes: BufferMinutes | UnsetType = UNSET
    is_offered: Annotated[bool, asks("Choose true or false.", example=True)] | UnsetType = UNSET


Monday = Annotated[
    date,
    asks("Enter a Monday such as 2030-01-28.", example="2030-01-28", description="The week that begins then."),
]
Day = Annotated[
    date,
    asks("Enter a date such as 2030-01-31.", example="2030-01-31", description="In the consultant's time zone."),
]
DryRun = Annotated[bool, asks("Choose true or false.", example=False, description="Only say what would happen.")]


class CopyWeekRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which week, and which other weeks get its sessions."""

    source_week: Monday
    target_weeks: Annotated[list[Monday], asks("List at least one Monday.", example=["2030-02-04"])]
    dry_run: DryRun = False


class DaysRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some days, the last one included; at most 366."""

    first_date: Day
    last_date: Day
    dry_run: DryRun = False


class CancelSlotRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May be left out."""

    reason: Annotated[str, asks("Say why.", example="I am ill")] | None = None


class MeetingLinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the session takes place: an absolute https address, and the name of the place."""

    meeting_platform: Annotated[str, asks("Name the platform, such as Google Meet.", example="Google Meet")]
    meeting_link: Annotated[
        str, asks("Enter an address that begins with https://.", example="https://meet.example.com/abc-defg")
    ]


LocalTime = Annotated[
    str,
    Meta(pattern="^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5),
    asks("Enter a time such as 09:00.", example="09:00", description="A wall time, `HH:MM`."),
]
Date = Annotated[date, asks("Enter a date such as 2030-01-31.", example="2030-01-31")]
Minutes = Annotated[int, Meta(ge=0, le=1440), asks("Enter a number of minutes, from 0 to 1,440.", example=10)]


class PatternExceptionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other hours on a date; without times the date is closed."""

    date: Date
    start_time: LocalTime | None = None
    end_time: LocalTime | None = None


class PatternRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A weekly pattern. Times are local; an `end_time` at or before the `start_time` is on the next day.

    What is left out is as the service has it; without a service, as the profile does. With `dry_run` nothing is
    stored.
    """

    weekdays: Annotated[
        list[int | str],
        asks(
            "Choose days of the week, such as 1 or monday.",
            example=[1, "wednesday"],
            description="ISO 8601 numbers, Monday being 1, or English names.",
        ),
    ]
    start_time: LocalTime
    end_time: LocalTime
    session_minutes: (
        Annotated[int, Meta(ge=5, le=1440), asks("A session lasts from 5 minutes to 24 hours.", example=50)] | None
    ) = None
    break_minutes: Minutes = 0
    first_date: Date
    last_date: Date | None = None
    time_zone: Annotated[str, asks("Choose a time zone such as Africa/Lagos.", example="Africa/Lagos")] | None = (
        None
    )
    max_slots: MaxSlots | None = None
    price: Price | None = None
    service_id: (
        Annotated[UUID, asks("Name a service by its id.", example="01980000-0000-7000-8000-000000000000")] | None
    ) = None
    buffer_before_minutes: Minutes | None = None
    buffer_after_minutes: Minutes | None = None
    exceptions: Annotated[
        list[PatternExceptionRequest],
        asks(
            "Name each exception by its date, with other hours or without any.",
            example=[
                {"date": "2030-12-24", "start_time": "09:00", "end_time": "12:00"},
                {"date": "2030-12-25"},
            ],
        ),
    ] = []
    dry_run: Annotated[bool, asks("Choose true or false.", example=True)] = False


class PayoutScheduleRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `weekly`, everything that is available is paid out every week, without being asked for."""

    weekly: Annotated[bool, asks("Choose true or false.", example=True)]
