"""The configuration: what may be set, and what is checked before any job runs."""

from fcflow.extras import require

require("pydantic", "yaml")
