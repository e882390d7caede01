"""What a result was made by, so that exactly the results that a change reaches are made again."""

from fcflow.extras import require

require("grimp", "pyarrow")
