"""What the Snakefile needs of the package: the checked configuration and the parameters of its rules."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fcflow.config.imagenet_plan import ImagenetPlan
from fcflow.config.load import check_config, merge, read_yaml
from fcflow.config.mnist_plan import MnistPlan
from fcflow.config.plan import LinearPlan, Plan, ReluPlan
from fcflow.config.theory_plan import TheoryPlan
from fcflow.provenance.code import code_identity
from fcflow.provenance.device import has_gpu


class Workflow:
    """The configuration of one invocation of Snakemake.

    Parameters
    ----------
    config : mapping
        Snakemake's merged ``config``.
    files : sequence of paths
        The files that it was merged from, the most general first: a fault is told with the file
        that set the value. Values that no file explains were given by ``--config``.
    root : path
        The folder of the Snakefile.

    Raises
    ------
    ConfigError
        If the configuration is not valid.
    """

    def __init__(
        self, config: Mapping[str, Any], files: Sequence[str | Path], root: str | Path
    ) -> None:
        named = [(_shown(path), read_yaml(path)) for path in files]
        self.config = check_config(
            [*named, ("--config", _differing(config, merge(*(part for _, part in named))))]
        )
        self.linear = LinearPlan("linear", self.config.linear, self.config.seed)
        self.relu = ReluPlan("relu", self.config.relu, self.config.seed)
        self.mnist = MnistPlan(self.config.mnist, self.config.seed)
        self.imagenet = ImagenetPlan(self.config.imagenet)
        self.theory = TheoryPlan(self.config.theory, self.config.seed)
        self.gpu = int(has_gpu(self.config.device))
        self._scripts = Path(root) / "workflow" / "scripts"

    def plan(self, experiment: str) -> Plan:
        """Return the plan of an experiment by its name."""
        return {plan.name: plan for plan in (self.linear, self.relu)}[experiment]

    def code(self, rule: str) -> dict[str, str]:
        """Return the identity of the code of a rule's script, one parameter a module: Snakemake names the changed."""
        identity = code_identity(self._scripts / f"{rule}.py")
        return {
            f"code_{name.replace('.', '_')}": f"{name} {digest}"
            for name, digest in identity.items()
        }

    def statistics(self, **others: Any) -> str:
        """Return, as a rule's parameter, how intervals are computed."""
        return subset(self.config.statistics.model_dump() | others)


def subset(part: Mapping[str, Any]) -> str:
    """Return a part of the configuration as a rule's parameter: the same text whatever the order of its keys."""
    return json.dumps(part, sort_keys=True)


def _shown(path: str | Path) -> str:
    """Return a path as a user would type it."""
    absolute, here = Path(path).resolve(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def _differing(config: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of ``config`` that are not those of ``known``, section by section."""
    differing: dict[str, Any] = {}
    for key, value in config.items():
        if key not in known:
            differing[key] = value
        elif isinstance(value, Mapping) and isinstance(known[key], Mapping):
            if below := _differing(value, known[key]):
                differing[key] = below
        elif value != known[key]:
            differing[key] = value
    return differing
