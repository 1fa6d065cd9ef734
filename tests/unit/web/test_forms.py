"""Forms: what is read, what is refused at which field, what is shown again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from application.paging import FIRST_PAGE
from domain.accounts import EmailTaken, InvalidCredentials, Role, UsernameTaken
from domain.bookings import SlotFull
from domain.consultants import BookingLimits, CancellationPolicy, ProfileIncomplete
from domain.money import Money
from domain.refusals import Invalid, NotFound, Throttled
from interfaces.web.forms.accounts import AnswerForm, LogInForm, PasswordForm, RegistrationForm
from interfaces.web.forms.bookings import MeetingLinkForm, ReasonForm, ReviewForm
from interfaces.web.forms.discovery import DiscoveryForm
from interfaces.web.forms.form import Form
from interfaces.web.forms.profile import ProfileForm

REGISTRATION = {
    "role": "client",
    "first_name": " Chidi ",
    "last_name": "Eze",
    "username": "chidi",
    "email": "chidi@example.com",
    "phone_number": "",
    "password": " a password with spaces ",
    "security_question": "phrase",
    "security_answer": "Seven green umbrellas",
}
PROFILE = {
    "headline": "Contracts",
    "specializations": "Tax, Company law ; tax,\n",
    "bio": "First line\r\nsecond line",
    "languages": "",
    "time_zone": "Africa/Lagos",
    "default_price": "₦5,000",
    "cancellation_policy": "moderate",
    "minimum_notice": "12",
    "notice_unit": "hours",
    "booking_window_days": "60",
    "sessions_per_day": "",
    "slug": "ada",
    "is_published": "yes",
    "version": "3",
}


def wrong(form: Form, read: object) -> list[str]:
    """The fields that a form complains about."""
    assert callable(read)
    with pytest.raises(Invalid) as refused:
        read()
    form.take(refused.value)
    return [mistake.field or "" for mistake in form.mistakes]


def test_a_registration_becomes_a_command() -> None:
    command = RegistrationForm(REGISTRATION).command()
    assert command.role is Role.CLIENT
    assert command.first_name == "Chidi"
    assert command.phone_number is None
    assert command.password == " a password with spaces "


def test_an_empty_registration_complains_about_each_field_in_page_order() -> None:
    form = RegistrationForm({})
    assert wrong(form, form.command) == [
        "role",
        "first_name",
        "last_name",
        "username",
        "email",
        "password",
        "security_question",
        "security_answer",
    ]
    assert form.status == 422


def test_nobody_registers_as_an_operator() -> None:
    form = RegistrationForm(REGISTRATION | {"role": "operator"})
    assert wrong(form, form.command) == ["role"]


def test_characters_that_the_database_cannot_keep_are_refused() -> None:
    form = RegistrationForm(REGISTRATION | {"first_name": "Chi\x00di", "username": "chi\x07di"})
    assert wrong(form, form.command) == ["first_name", "username"]


def test_secrets_are_never_shown_again() -> None:
    form = RegistrationForm(REGISTRATION)
    assert form["password"] == form["security_answer"] == ""
    assert form["username"] == "chidi"
    assert LogInForm({"password": "x"})["password"] == AnswerForm({"answer": "x"})["answer"] == ""


def test_fields_that_a_form_does_not_have_are_ignored() -> None:
    assert LogInForm({"identifier": "a", "is_admin": "1"}).typed == {"identifier": "a"}


@pytest.mark.parametrize(("refusal", "field"), [(UsernameTaken(), "username"), (EmailTaken(), "email")])
def test_what_is_taken_is_said_at_its_field(refusal: UsernameTaken | EmailTaken, field: str) -> None:
    form = RegistrationForm(REGISTRATION)
    form.take(refusal)
    assert form.errors == {field: str(refusal)}
    assert form.status == 409


def test_a_refusal_without_a_field_stands_first_in_the_summary() -> None:
    form = ReasonForm({"reason_for_session": "A lease"})
    form.take(SlotFull())
    assert form.mistakes[0].field is None
    assert form.status == 409
    assert form["reason_for_session"] == "A lease"


def test_wrong_credentials_show_the_form_again_and_ask_for_no_others() -> None:
    form = LogInForm({"identifier": "ada"})
    form.take(InvalidCredentials())
    assert (form.status, form.problem) == (422, str(InvalidCredentials()))


def test_too_many_attempts_are_told_apart() -> None:
    form = LogInForm({})
    form.take(Throttled(60))
    assert form.status == 429


def test_what_is_not_there_is_no_mistake_of_the_form() -> None:
    with pytest.raises(NotFound):
        Form().take(NotFound())


def test_a_new_password_has_to_be_typed_twice_alike() -> None:
    form = PasswordForm({"current_password": "a", "new_password": "b", "repeated_password": "c"})
    assert wrong(form, lambda: form.command(user_agent="", address="")) == ["repeated_password"]


def test_a_profile_becomes_a_command() -> None:
    command = ProfileForm(PROFILE).command("NGN")
    assert command.specializations == ("Tax", "Company law", "tax")
    assert command.bio == "First line\nsecond line"
    assert command.default_price == Money(500_000, "NGN")
    assert command.policy is CancellationPolicy.MODERATE
    assert command.limits == BookingLimits(minimum_notice=timedelta(hours=12), window=timedelta(days=60))
    assert command.languages == ()
    assert command.is_published is True
    assert command.expected_version == 3


def test_a_switch_that_was_not_sent_is_off() -> None:
    assert ProfileForm({**PROFILE, "is_published": ""}).command("NGN").is_published is False


def test_a_profile_complains_about_everything_at_once() -> None:
    form = ProfileForm(
        PROFILE
        | {"time_zone": "Mars/Base", "default_price": "much", "cancellation_policy": "", "slug": ""}
        | {"minimum_notice": "-1", "notice_unit": "weeks", "booking_window_days": "", "sessions_per_day": "x"}
    )
    assert wrong(form, lambda: form.command("NGN")) == [
        "time_zone",
        "default_price",
        "cancellation_policy",
        "minimum_notice",
        "notice_unit",
        "booking_window_days",
        "sessions_per_day",
        "slug",
    ]


def test_an_incomplete_profile_is_said_at_the_switch() -> None:
    form = ProfileForm(PROFILE)
    form.take(ProfileIncomplete())
    assert list(form.errors) == ["is_published"]


def test_a_price_out_of_bounds_is_said_at_the_profiles_price() -> None:
    form = ProfileForm(PROFILE)
    form.take(Invalid.field("price", "Enter a price from 0 to 10,000,000.00."))
    assert list(form.errors) == ["default_price"]


def test_a_meeting_link_needs_both_of_its_fields() -> None:
    form = MeetingLinkForm({})
    assert wrong(form, lambda: form.command(uuid4())) == ["meeting_platform", "meeting_link"]


@pytest.mark.parametrize("rating", ["", "0", "6", "4.5", "five"])
def test_a_review_has_one_to_five_stars(rating: str) -> None:
    form = ReviewForm({"rating": rating, "comment": "Good"})
    assert wrong(form, lambda: form.command(uuid4())) == ["rating"]


def test_a_search_is_read_from_the_address() -> None:
    form = DiscoveryForm(
        {
            "q": " tax ",
            "max_price": "5,000",
            "min_rating": "4.5",
            "available_from": "2026-11-23",
            "available_to": "2026-11-24",
            "sort": "price",
            "utm": "x",
        },
        ZoneInfo("Africa/Lagos"),
        "NGN",
    )
    query = form.query()
    assert (query.words, query.max_price, query.min_rating, query.sorting) == ("tax", 500_000, 4.5, "price")
    assert query.available_from == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert query.available_to == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert not form.ignored


def test_a_wrong_value_in_the_address_is_left_out_and_said_so() -> None:
    form = DiscoveryForm(
        {"q": "tax", "max_price": "lots", "min_rating": "nan", "sort": "best", "available_to": "1"},
        ZoneInfo("UTC"),
        "NGN",
    )
    query = form.query()
    assert (query.words, query.max_price, query.min_rating, query.available_to) == ("tax", None, None, None)
    assert sorted(form.ignored) == [
        "Free until “1”",
        "Highest price “lots”",
        "Lowest rating “nan”",
        "Order “best”",
    ]
    assert form.in_force == {"q": "“tax”"}


def test_an_end_before_its_beginning_is_left_out() -> None:
    form = DiscoveryForm(
        {"available_from": "2026-11-24", "available_to": "2026-11-23"}, ZoneInfo("Africa/Lagos"), "NGN"
    )
    assert form.query().available_to is None
    assert form.ignored == ["Free until “2026-11-23”"]
    assert form.address == "/consultants?available_from=2026-11-24"


def test_filters_in_force_are_said_in_words() -> None:
    typed = {
        "specialization": "Law",
        "language": "Yoruba",
        "min_rating": "4.5",
        "max_price": "5000",
        "available_from": "2026-11-23",
        "available_to": "2026-11-24",
        "bookable": "yes",
        "sort": "price",
    }
    form = DiscoveryForm(typed, ZoneInfo("Africa/Lagos"), "NGN")
    assert list(form.in_force.values()) == [
        "Specialisation: Law",
        "Language: Yoruba",
        "4.5 stars or more",
        "Up to ₦5,000.00",
        "Free from Mon 23 Nov 2026",
        "Free until Tue 24 Nov 2026",
        "Only with a free time",
    ]
    assert DiscoveryForm({"max_price": "0"}, ZoneInfo("UTC"), "NGN").in_force == {"max_price": "Free of charge"}


def test_what_comes_nearest_keeps_the_subject_as_long_as_it_can() -> None:
    form = DiscoveryForm({"q": "tax", "specialization": "Law", "max_price": "1"}, ZoneInfo("UTC"), "NGN")
    wanted = [(query.words, query.specialization, query.max_price) for query in form.nearest_queries(FIRST_PAGE)]
    assert wanted == [("tax", "Law", None), ("tax", None, None), (None, "Law", None), (None, None, None)]
    only_words = DiscoveryForm({"q": "tax"}, ZoneInfo("UTC"), "NGN")
    assert [query.words for query in only_words.nearest_queries(FIRST_PAGE)] == [None]


def test_a_filter_can_be_taken_off_alone() -> None:
    form = DiscoveryForm({"q": "tax & co", "language": "Yoruba"}, ZoneInfo("UTC"), "NGN")
    assert form.without("language") == "/consultants?q=tax+%26+co"
