"""The configuration: what may be set, and what is checked before any job runs."""
