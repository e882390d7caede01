"""The theorems' tables and figures: one module a statement: its rows, how they are shown, how drawn."""
