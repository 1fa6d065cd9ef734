"""Calendars are read by browsers too."""

from __future__ import annotations

from tests.integration.web.conftest import browser, new_browser

__all__ = ["browser", "new_browser"]
