"""Snakemake's report, made to open at the ledger instead of the graph of the rules."""

import sys
from pathlib import Path

from fcflow.artifacts.files import replacing
from fcflow.errors import InputError

LEDGER = "results/claims.html"
_END = "</body>"
# As the report's own menu does: ``app`` and ``results`` are its names.
_OPEN = """<script>
(function open() {
    const path = Object.keys(results).find((one) => one.endsWith("%s"));
    if (!path) return;
    if (typeof app === "undefined" || !app) return setTimeout(open, 20);
    app.setView({ content: "html", contentPath: results[path].data_uri });
})();
</script>
"""


def open_at_ledger(report: str | Path) -> None:
    """Let a report of Snakemake's open at the ledger.

    Raises
    ------
    InputError
        If the file is not such a report.
    """
    path = Path(report)
    text = path.read_text(encoding="utf-8")
    if LEDGER not in text or _END not in text:
        raise InputError(f"{path}: is no report with {LEDGER}; make it with snakemake --report")
    head, end, tail = text.rpartition(_END)
    with replacing(path) as part:
        part.write_text(head + _OPEN % LEDGER + end + tail, encoding="utf-8")


if __name__ == "__main__":
    open_at_ledger(sys.argv[1])
