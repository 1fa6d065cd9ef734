"""Hashes, random secrets, and what too many people choose."""
