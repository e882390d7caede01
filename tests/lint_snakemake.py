"""Run ``snakemake --lint`` and fail on anything but its wish for an environment of each rule's own.

The whole workflow runs in one environment, the one that ``requirements.lock`` pins.
"""

import subprocess
import sys

ACCEPTED = "* Specify a conda environment or container for each rule.:"

found = subprocess.run(
    [sys.executable, "-m", "snakemake", "--lint", "text"], capture_output=True, text=True
)
hints = [
    line.strip()
    for line in (found.stdout + found.stderr).splitlines()
    if line.lstrip().startswith("* ")
]
others = [hint for hint in hints if hint != ACCEPTED]
if others or not hints:
    sys.exit("\n".join(["snakemake --lint found:", *others, found.stdout, found.stderr]))
