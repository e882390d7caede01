"""Results on disk: their declared contents, and how they are written and checked."""

from fcflow.extras import require

require("pandas", "pandera", "pyarrow", "safetensors")
