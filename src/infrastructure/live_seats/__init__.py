"""Seats as they come and go: told through Redis, read in PostgreSQL."""
