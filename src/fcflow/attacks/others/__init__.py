"""Attacks of other libraries and of a user's own file: each result is evaluated here."""
