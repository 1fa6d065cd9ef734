"""Webhooks that go out: their secrets, and the way to their receivers."""
