"""The experiments, a folder each: keys, steps by stage, tables, figures and claims."""

from fcflow.extras import require

require("pandas", "pydantic", "tqdm")
