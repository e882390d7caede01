"""First-order vulnerability: how far a loss rises along its gradient, and training against it."""
