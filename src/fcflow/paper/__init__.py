"""The papers' tables and figures, rebuilt, beside what was published."""

from fcflow.extras import require

require("great_tables", "matplotlib", "pandas")
