"""What the Snakefile needs of the package: the checked configuration, the rules' parameters.

Everything that can be asked for is declared where it is computed, and read from there without
importing it (:mod:`fcflow.sources`): which tables, figures and claims there are and what they read,
and which part of the configuration each step takes, its keyword-only arguments.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from fcflow.config.changes import changed_keys
from fcflow.config.fields import Section
from fcflow.config.given import COMMAND_LINE, given_config
from fcflow.config.models import named_sections
from fcflow.config.settings_text import settings_named_in
from fcflow.declared import declared_entries
from fcflow.errors import FcflowError
from fcflow.provenance.code import code_identity
from fcflow.site.plan import declared_digest, templates_digest
from fcflow.sources import ROOMS, Entry, file_of, modules_of, read_source
from fcflow.targets import guard_rules
from fcflow.user_functions import user_code

BASE = "config/config.yaml"
_READ_BY_THE_WORKFLOW = {
    "table": ("reads", "label", "shows", "caption"),
    "figure": ("reads", "label", "shows", "caption"),
    "claim": ("reads",),
}
_LABELLED = ("attacks", "measures")
DIFFERS = "DIFFERS"  # what a module of claims calls the text of how they differ from the paper
_GRANTED = {"device"}  # what a step is given by its job and not by the configuration


class Workflow:
    """The configuration of one invocation of Snakemake.

    Parameters
    ----------
    config : mapping
        Snakemake's merged ``config``; what it lacks is as in ``config/config.yaml``.
    files : sequence of paths
        The files that it was merged from, the most general first: a fault is told with the file
        that set the value.
    source : callable
        Returns where a file of the workflow lies, such as ``config/config.yaml``.
    giver : str
        What gave the values that no file explains.

    Raises
    ------
    ConfigError
        If the configuration is not valid.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        files: Sequence[str | Path],
        source: Callable[[str], Path],
        giver: str = COMMAND_LINE,
    ) -> None:
        self.config = given_config(config, files, source(BASE), giver)
        self._source = source
        self.own = named_sections(self.config)
        self._entries: dict[str, dict[str, Entry]] = {}
        self._sections: dict[str, dict[str, Any]] = {}

    def entries(self, kind: str) -> dict[str, Entry]:
        """Return what the experiments declare with a decorator, by name.

        Parameters
        ----------
        kind : {"table", "figure", "claim", "simulation"}
        """
        if kind not in self._entries:
            self._entries[kind] = declared_entries(kind, self.own)
            for name, entry in self._entries[kind].items():
                for option in _READ_BY_THE_WORKFLOW.get(kind, ()):
                    if option not in entry.options:
                        raise FcflowError(
                            f"{entry.address}: @{kind} {name!r} needs {option} as literal text"
                        )
        return self._entries[kind]

    def names(self, kind: str) -> list[str]:
        """Return the names of what the experiments declare."""
        return list(self.entries(kind))

    def section(self, name: str) -> Any:
        """Return a section of the configuration."""
        section: Any = self.config
        for part in name.split("."):
            section = getattr(section, part)
        return section

    def sections(self) -> list[str]:
        """Return the names of the experiments' sections, as ``linear`` and ``images.mnist``."""
        names = []
        for name in type(self.config).model_fields:
            section = getattr(self.config, name)
            if isinstance(section, Section):
                own = hasattr(section, "known_wildcards")
                names += [name] if own else [f"{name}.{one}" for one in self.experiments(name)]
        return names

    def section_of(self, kind: str, name: str) -> Any:
        """Return the section of what the experiments declare, nothing where no section is about it.

        Parameters
        ----------
        kind, name
            See :meth:`entries`.
        """
        try:
            return self.section(_section_of(self.entries(kind)[name]))
        except AttributeError:
            return None

    def experiments(self, section: str) -> list[str]:
        """Return the sections that lie in a section."""
        part = self.section(section)
        return [*type(part).model_fields, *(part.model_extra or {})]

    def guard(self, rules: Iterable[Any]) -> None:
        """Let rules refuse, before any job, wildcards that the configuration has no setting for."""
        known = {
            getattr(section, "results", name.rpartition(".")[2]): section.known_wildcards()
            for name, section in ((name, self.section(name)) for name in self.sections())
            if hasattr(section, "known_wildcards")
        }
        guard_rules(rules, known)

    def code(self, rule: str, *modules: str) -> dict[str, str]:
        """Return the identity of the code of a rule's script, one parameter a package of fcflow.

        Where a step runs again, Snakemake prints the parameter that differs, and with it the
        modules of the package that changed. One parameter a module would say it more plainly, but
        costs Snakemake two milliseconds a job.
        """
        path = self._script(rule)
        identity = code_identity(path, *modules)
        identity[f"{rule}.py"] = identity.pop(path.name)  # of a file that was fetched
        packages: dict[str, list[str]] = {}
        for name, digest in identity.items():
            parts = name.removeprefix("fcflow.").split(".")
            package = parts[0] if len(parts) > 1 and name.startswith("fcflow.") else "fcflow"
            packages.setdefault(f"code_{package}", []).append(f"{name} {digest}")
        return {package: ", ".join(named) for package, named in packages.items()}

    def step(
        self, rule: str, section: str | None = None, *modules: str, loads: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Return the parameters of a rule whose script runs a step.

        Parameters
        ----------
        rule : str
            Its script, ``workflow/scripts/<rule>.py``, holds ``run("module:function", snakemake)``.
        section : str, optional
            The section of the configuration that the step's keyword-only arguments are taken from,
            such as ``theory.theorem1``, or ``images.{experiment}`` with a wildcard as its last
            part; by default the wildcard ``experiment`` names it.
        *modules : str
            Modules that the step loads by their names.
        loads : sequence of str
            Keys of the section that name what the step loads, which its method ``modules`` knows.

        Returns
        -------
        dict
            The identity of its code, where ``loads`` is given a function of the wildcards for each
            package, and ``config``, a function of the wildcards.
        """
        keywords = self._keywords(rule)
        pattern = "{experiment}" if section is None else section

        def config(wildcards: Any) -> str:
            place = pattern.format(**dict(wildcards.items()))
            return self.subset(f"the step {rule}", keywords, place, dict(wildcards.items()))

        if not loads:
            return self.code(rule, *modules) | {"config": config}
        codes = {}
        for place in self._sections_like(pattern):
            part = self.section(place)
            codes[place] = self.code(rule, *modules, *part.modules(*loads))
            codes[place] |= own_code(part.user_functions(*loads))
        return _each(codes, lambda wildcards: pattern.format(**dict(wildcards.items()))) | {
            "config": config
        }

    def declared(self, rule: str, kind: str) -> dict[str, Callable[[Any], Any]]:
        """Return the parameters of a rule that makes whatever its wildcard ``name`` names.

        Parameters
        ----------
        rule : str
            Its script is ``workflow/scripts/<rule>.py``, and runs ``params.step``.
        kind : str
            See :meth:`entries`.

        Returns
        -------
        dict
            Functions of the wildcards: the identity of the code of the entry's own module, one
            parameter for each package that any entry reaches; ``step``; ``caption``; ``config``.
        """
        entries = self.entries(kind)
        codes = {
            name: self.code(rule, one.module, *self._named_by(kind, name))
            for name, one in entries.items()
        }

        def config(wildcards: Any) -> str:
            one = entries[wildcards.name]
            wildcards = {"experiment": one.experiment} if one.experiment else {}
            return self.subset(f"the {kind} {one.name}", one.keywords, _section_of(one), wildcards)

        return {
            **_each(codes, lambda wildcards: wildcards.name),
            "step": lambda wildcards: entries[wildcards.name].address,
            "caption": lambda wildcards: entries[wildcards.name].options.get("caption", ""),
            "config": config,
        }

    def _named_by(self, kind: str, name: str) -> list[str]:
        """Return the modules that an entry's section names, and whose labels the entry shows."""
        part = self.section_of(kind, name)
        modules: list[str] = part.modules(*_LABELLED) if hasattr(part, "modules") else []
        return modules

    def inputs(self, kind: str) -> Callable[[Any], dict[str, str]]:
        """Return what an entry reads, as a function of the wildcard ``name``."""
        entries = self.entries(kind)
        return lambda wildcards: entries[wildcards.name].options.get("reads", {})

    def labels(self, kind: str) -> Callable[[Any], dict[str, str]]:
        """Return what the report calls an entry, as a function of the wildcard ``name``."""
        entries = self.entries(kind)

        def labels(wildcards: Any) -> dict[str, str]:
            options = entries[wildcards.name].options
            return {kind: options["label"], "shows": options["shows"]}

        return labels

    def ledger_inputs(self) -> list[str]:
        """Return the files that claims are decided from."""
        reads = [entry.options["reads"].values() for entry in self.entries("claim").values()]
        return sorted({path for paths in reads for path in paths})

    def site_code(self) -> dict[str, str]:
        """Return the identity of what makes the site: code, templates, and words of tables."""
        modules = dict.fromkeys(entry.module for entry in self.entries("claim").values())
        declared = declared_digest({kind: self.entries(kind) for kind in ("table", "figure")})
        code = self.code("make_site", *modules)
        return code | {"templates": templates_digest(), "declared": declared}

    def changes(self) -> str:
        """Return, as a rule's parameter, which keys are not as shipped."""
        shipped = given_config({}, [], self._source(BASE))
        return subset(changed_keys(self.config, shipped))

    def ledger_code(self) -> dict[str, str]:
        """Return the identity of the code that decides the claims."""
        modules = dict.fromkeys(entry.module for entry in self.entries("claim").values())
        return self.code("make_claims", *modules)

    def subset(
        self, who: str, keywords: Mapping[str, bool], section: str, wildcards: Mapping[str, str]
    ) -> str:
        """Return the part of the configuration that a step takes, as a rule's parameter.

        A keyword is looked up among what the section says for the wildcards, then in the section,
        then in the configuration's own keys (``seed``, ``resamples``, ``level``).

        Raises
        ------
        FcflowError
            If a keyword without a default is nowhere.
        """
        scope = self._scope(section, wildcards)
        missing = [
            name for name, optional in keywords.items() if not optional and name not in scope
        ]
        if missing:
            raise FcflowError(f"{who} takes {missing[0]!r}, which the section {section} lacks")
        return subset({name: scope[name] for name in keywords if name in scope})

    def own_claims(self, experiment: str) -> list[str]:
        """Return the files that the claims about one of the user's sections are decided from."""
        own = [one for one in self.entries("claim").values() if one.experiment == experiment]
        return sorted({path for one in own for path in one.options["reads"].values()})

    def ledger_config(self, about: str = "") -> str:
        """Return, as a rule's parameter, what the ledger depends on beside its tables and code.

        Parameters
        ----------
        about : str
            The user's section that the ledger is about, empty for that of everything.

        This is how intervals are computed, the settings that claims name where they say what
        differs from the paper, and what every table and figure is made from.
        """
        texts = [read_source(file_of(module)).texts for module in modules_of(ROOMS)]
        told = [text[DIFFERS] for text in texts if DIFFERS in text]
        told += [one.options.get("differs", "") for one in self.entries("claim").values()]
        names = sorted({name for text in told for name in settings_named_in(text)})
        shown = {**self.entries("figure"), **self.entries("table")}
        if about:
            shown = {name: one for name, one in shown.items() if one.experiment == about}
            names = []
        return subset(
            {
                **self.config.statistics.model_dump(),
                "settings": {name: self.section(name) for name in names},
                "shown": {
                    name: sorted(one.options["reads"].values()) for name, one in shown.items()
                },
                **({"about": about} if about else {}),
                **({"own": list(self.own)} if self.own and not about else {}),
            }
        )

    def _sections_like(self, pattern: str) -> list[str]:
        """Return the sections that a pattern stands for, whose last part may be a wildcard."""
        above, _, last = pattern.rpartition(".")
        if not last.startswith("{"):
            return [pattern]
        return [f"{above}.{name}" for name in self.experiments(above)]

    def _scope(self, section: str, wildcards: Mapping[str, str]) -> dict[str, Any]:
        scope: dict[str, Any] = {"seed": self.config.seed, **self._dumped("statistics")}
        part: Any = self.config
        names = section.split(".")
        for depth, name in enumerate(names, start=1):
            part = getattr(part, name, None)
            if part is None:  # what no section is about, such as the identity of all experiments
                break
            scope |= self._dumped(".".join(names[:depth]))
            scope |= part.scope(**wildcards) if hasattr(part, "scope") else {}
        numbers = {name: int(text) for name, text in wildcards.items() if text.isdigit()}
        return {**scope, **wildcards, **numbers}

    def _dumped(self, section: str) -> dict[str, Any]:
        """Return a section's keys; written out once, since a sweep asks for them for every job."""
        if section not in self._sections:
            self._sections[section] = self.section(section).model_dump()
        return self._sections[section]

    def _script(self, rule: str) -> Path:
        return self._source(f"workflow/scripts/{rule}.py")

    def _keywords(self, rule: str) -> dict[str, bool]:
        """Return the keyword-only arguments of the step that a rule's script runs."""
        path = self._script(rule)
        addresses = read_source(path).addresses
        if len(addresses) != 1:
            raise FcflowError(f'{path}: must hold one run("module:function", snakemake)')
        module, _, function = addresses[0].partition(":")
        functions = read_source(file_of(module)).functions
        if function not in functions:
            raise FcflowError(f"{path}: {module} has no function {function}")
        keywords = functions[function].keywords
        return {name: optional for name, optional in keywords.items() if name not in _GRANTED}


def own_code(names: Sequence[str]) -> dict[str, str]:
    """Return the identity of a user's functions, as a rule's parameter where there are any."""
    files = {file: digest for name in names for file, digest in user_code(name).items()}
    named = ", ".join(f"{file} {digest}" for file, digest in sorted(files.items()))
    return {"code_own": named} if named else {}


def subset(part: Mapping[str, Any]) -> str:
    """Return a part of the configuration as text that the order of its keys does not change."""
    return json.dumps(part, sort_keys=True)


def _each(
    codes: Mapping[str, Mapping[str, str]], key: Callable[[Any], str]
) -> dict[str, Callable[[Any], str]]:
    """Return a parameter of a rule for each package that any of several codes reaches.

    Snakemake compares the set of all values, so one that is always empty stands beside them: that
    another code reaches a package that this one does not is then no change.

    Parameters
    ----------
    codes : mapping
        From what ``key`` makes of the wildcards to the identity of the code then.
    """

    def code(parameter: str) -> Callable[[Any], str]:
        return lambda wildcards: codes[key(wildcards)].get(parameter, "")

    parameters = sorted({*chain(*codes.values())})
    return {"code_none": lambda wildcards: "", **{name: code(name) for name in parameters}}


def one_of(names: Sequence[str]) -> str:
    """Return the constraint of a wildcard that is one of some names, of which there may be none.

    Examples
    --------
    >>> one_of(["table1", "table2"]), one_of([])
    ('table1|table2', '(?!)')
    """
    return "|".join(names) or "(?!)"


def _section_of(entry: Entry) -> str:
    """Return the section of the experiment in whose folder an entry lies, or that it is about."""
    *above, last = entry.module.split(".")[2:-1]
    return ".".join([*above, entry.experiment or last])
