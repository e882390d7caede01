"""The answers to the open questions in plain words."""
