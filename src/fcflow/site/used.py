"""The configuration as it was used, as a file to be given to Snakemake again."""

from collections.abc import Mapping
from typing import Any

import yaml

FILE = "config.yaml"
_HEAD = """\
# The keys that were not as in config/config.yaml when these results were made:
#     snakemake --cores all --configfile config.yaml
# makes them again. A study set to null is left out.
"""


def used_configuration(changes: Mapping[str, list[Any]]) -> str:
    r"""Return the changed keys as YAML.

    Parameters
    ----------
    changes : mapping
        See :func:`fcflow.config.changes.changed_keys`.

    Examples
    --------
    >>> print(used_configuration({"a.b": [1, 2], "a.c": [3, None]}).partition("out.\n")[2])
    a:
      b: 2
      c: null
    <BLANKLINE>
    """
    tree: dict[str, Any] = {}
    for key, (_, used) in changes.items():
        *above, last = key.split(".")
        part = tree
        for name in above:
            part = part.setdefault(name, {})
        part[last] = used
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True) if tree else "{}\n"
    return _HEAD + text
