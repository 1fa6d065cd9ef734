"""The form for one of a consultant's services."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from application.availability.save_service import SaveServiceCommand
from application.availability.services_views import ServiceView
from domain.services import LONGEST_DESCRIPTION, MINUTE
from interfaces.web.forms.form import Form, Reading
from interfaces.web.money_words import money_as_typed

BEGIN_WITH = {"length_minutes": "60", "max_slots": "1", "buffer_before_minutes": "0", "buffer_after_minutes": "0"}


class ServiceForm(Form):
    """Offer a kind of session, or change it."""

    FIELDS = (
        "name",
        "description",
        "length_minutes",
        "price",
        "max_slots",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "version",
    )
    FIELD_OF: ClassVar = {"service_name_taken": "name"}

    @classmethod
    def of(cls, service: ServiceView) -> ServiceForm:
        """Filled with what is stored."""
        return cls(
            {
                "name": service.name,
                "description": service.description,
                "length_minutes": str(service.length_minutes),
                "price": money_as_typed(service.price),
                "max_slots": str(service.max_slots),
                "buffer_before_minutes": str(service.buffer_before_minutes),
                "buffer_after_minutes": str(service.buffer_after_minutes),
                "version": str(service.version),
            }
        )

    def command(self, currency: str, service_id: UUID | None = None) -> SaveServiceCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        command = SaveServiceCommand(
            service_id=service_id,
            name=read.text("name", "Name the service."),
            description=read.text("description", longest=LONGEST_DESCRIPTION, lines=True),
            length=MINUTE
            * read.whole_number("length_minutes", "Enter how many minutes a session lasts, such as 60."),
            price=read.money("price", currency),
            capacity=read.whole_number("max_slots", "Enter how many seats there are, such as 1."),
            buffer_before=MINUTE * read.whole_number("buffer_before_minutes", "Enter whole minutes, or 0."),
            buffer_after=MINUTE * read.whole_number("buffer_after_minutes", "Enter whole minutes, or 0."),
            expected_version=read.whole_number("version", "Load this page again.") if service_id else None,
        )
        read.done()
        return command
