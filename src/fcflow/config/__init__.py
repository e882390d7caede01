"""The configuration: what may be set, what is checked before any job runs, and what each step depends on."""
