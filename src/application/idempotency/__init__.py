"""Calls that are made with a key take effect once, however often they are made."""
