"""Run ``snakemake --lint`` and fail on every hint but one.

The accepted hint asks for a separate environment for every rule. The whole workflow runs in one
environment instead, which ``requirements.lock`` pins.
"""

import subprocess
import sys

ACCEPTED = "* Specify a conda environment or container for each rule.:"

done = subprocess.run(
    [sys.executable, "-m", "snakemake", "--lint", "text"], capture_output=True, text=True
)
lines = (done.stdout + done.stderr).splitlines()
hints = [line.strip() for line in lines if line.lstrip().startswith("* ")]
others = [hint for hint in hints if hint != ACCEPTED]
if others or not hints:
    sys.exit("\n".join(["snakemake --lint found:", *others, done.stdout, done.stderr]))
