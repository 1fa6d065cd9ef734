"""One table from refusals to HTTP."""

from __future__ import annotations

import msgspec
import pytest

from application.availability.save_availability import RowRefused
from domain.accounts import Forbidden, InvalidCredentials
from domain.bookings import SlotFull
from domain.payments import PaymentGatewayUnavailable
from domain.refusals import FieldError, Invalid, Kind, NotFound, Refusal, StaleVersion, Throttled
from interfaces.http.problems import STATUS_OF_KIND, headers_of, http_problem, problem_of, status_of


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Invalid.field("price", "Enter a price."), 422),
        (InvalidCredentials(), 401),
        (Forbidden(), 403),
        (NotFound(), 404),
        (SlotFull(), 409),
        (StaleVersion(), 412),
        (Throttled(30), 429),
        (PaymentGatewayUnavailable(), 503),
        (RowRefused(3, NotFound()), 404),
    ],
)
def test_each_family_has_its_status(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status
    assert problem_of(refusal).status == status


def test_no_family_is_forgotten() -> None:
    assert set(STATUS_OF_KIND) == set(Kind)


def test_a_problem_has_the_members_of_rfc_9457_and_a_code() -> None:
    assert msgspec.to_builtins(problem_of(SlotFull())) == {
        "type": "/problems/slot-full",
        "title": "Slot full",
        "status": 409,
        "detail": str(SlotFull()),
        "code": "slot_full",
    }


def test_a_problem_of_fields_names_them() -> None:
    fields = msgspec.to_builtins(problem_of(Invalid.field("price", "Enter a price.")))["errors"]
    assert fields == [{"field": "price", "message": "Enter a price."}]


def test_fields_of_a_row_are_found_below_it() -> None:
    refusal = RowRefused(2, Invalid([FieldError("starts_at", "Enter when the session starts.")]))
    assert msgspec.to_builtins(problem_of(refusal))["errors"][0]["field"] == "rows.2.starts_at"
    assert problem_of(refusal).code == "validation_failed"


def test_a_client_is_told_when_to_come_again_and_how_to_authenticate() -> None:
    assert headers_of(Throttled(30)) == {"Retry-After": "30"}
    assert int(headers_of(PaymentGatewayUnavailable())["Retry-After"]) > 0
    assert headers_of(InvalidCredentials()) == {"WWW-Authenticate": "Bearer"}
    assert headers_of(SlotFull()) == {}


@pytest.mark.parametrize("status", [400, 404, 405, 413, 418, 500, 503])
def test_a_status_of_the_framework_has_a_code_and_a_sentence(status: int) -> None:
    problem = http_problem(status)
    assert problem.code.replace("_", "").isalpha() or status == 418
    assert problem.detail.endswith(".")
