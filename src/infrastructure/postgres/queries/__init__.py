"""Reads: each selects exactly what an answer shows, in one statement, past the domain."""
