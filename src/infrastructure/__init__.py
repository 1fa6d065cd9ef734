"""Whom we call: PostgreSQL, Redis, Paystack, argon2, files."""
