"""What each step of the theorems' simulations depends on, read off the configuration."""

from typing import Any

from fcflow.config.theory import TheoryExperiment


class TheoryPlan:
    """The part of the configuration that each step of the theory reads.

    Parameters
    ----------
    theory : TheoryExperiment
        The configuration's section.
    seed : int
        The configuration's seed.
    """

    name = "theory"

    def __init__(self, theory: TheoryExperiment, seed: int) -> None:
        self._theory = theory
        self._seed = seed

    def simulate(self, name: str) -> dict[str, Any]:
        """Return what the simulation of a theorem, or Figure 1's example, depends on: its keys and the seed."""
        section: dict[str, Any] = getattr(self._theory, name).model_dump()
        if name == "lemma2":  # computed, not drawn
            return section
        if name in ("theorem1", "theorem7"):  # their other keys are read by what follows
            section = {key: section[key] for key in ("dims", "draws")}
        return section | {"seed": self._seed}

    def first_order(self) -> dict[str, Any]:
        """Return what Theorem 7's statement on trained networks depends on."""
        return {"alphas": self._theory.theorem7.alphas, "epsilons": self._theory.theorem7.epsilons}
