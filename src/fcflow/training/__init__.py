"""Training, exact and fast."""
