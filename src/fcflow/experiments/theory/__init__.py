"""The theorems by simulation: one module a statement, each from its part of the configuration to one row a draw."""
