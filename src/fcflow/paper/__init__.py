"""The papers' tables and figures, rebuilt, beside what was published."""
