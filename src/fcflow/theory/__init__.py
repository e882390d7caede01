"""What the theorems predict, computed exactly or to rounding."""
