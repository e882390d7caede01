"""The papers' tables and figures, rebuilt, beside what was published."""

from fcflow.extras import require

require("matplotlib", "pandas")
