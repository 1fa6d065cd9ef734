"""The forms that change whole days and weeks of a consultant's calendar."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from application.availability.copy_week import CopyWeekCommand
from domain.day_ranges import DayRange
from interfaces.web import time_words
from interfaces.web.forms.form import Form, Reading

WEEK = timedelta(days=7)


class DaysTool(StrEnum):
    """What can be done to days."""

    CLOSE = "close"
    REOPEN = "reopen"
    DELETE = "delete"


class DaysForm(Form):
    """Close, reopen or clear days. Without a last day it is about a single one."""

    FIELDS = ("tool", "first_date", "last_date")

    def wanted(self) -> tuple[DaysTool, DayRange]:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        tool = read.choice("tool", set(DaysTool), "Choose what to do.")
        first = read.check.attempt(lambda: _date(self, "first_date"))
        last = read.check.attempt(lambda: _date(self, "last_date")) if self["last_date"].strip() else first
        days = read.check.attempt(lambda: DayRange(first, last)) if first and last else None
        if days is None or tool not in set(DaysTool):
            raise read.check.refusal()
        return DaysTool(tool), days


class WeekForm(Form):
    """Copy a week into weeks that follow each other. Any day names its week, which begins on Monday."""

    FIELDS = ("source_week", "first_week", "weeks")
    FIELD_OF: ClassVar = {"target_weeks": "first_week"}

    def command(self, *, dry_run: bool) -> CopyWeekCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        source = read.check.attempt(lambda: _date(self, "source_week"))
        first = read.check.attempt(lambda: _date(self, "first_week"))
        weeks = read.whole_number("weeks", "Enter for how many weeks, such as 4.")
        read.check.require(weeks in range(1, 53), "weeks", "Choose from 1 to 52 weeks.")
        if source is None or first is None:
            raise read.check.refusal()
        read.done()
        targets = tuple(_monday(first) + number * WEEK for number in range(weeks))
        return CopyWeekCommand(source=_monday(source), targets=targets, dry_run=dry_run)


def _date(form: Form, name: str) -> date:
    return time_words.read_date(form[name], field=name)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
