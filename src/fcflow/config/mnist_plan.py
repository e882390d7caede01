"""What each step of the MNIST experiment computes and depends on, read off the configuration."""

from typing import Any

from fcflow.config.mnist import MnistExperiment

_NORMALISED = {"mean", "std"}


class MnistPlan:
    """The networks of the MNIST experiment, and the part of the configuration that each of its steps reads.

    Parameters
    ----------
    experiment : MnistExperiment
        Its section in the configuration.
    seed : int
        The configuration's seed.
    """

    def __init__(self, experiment: MnistExperiment, seed: int) -> None:
        self._experiment = experiment
        self._seed = seed

    def files(self, file: str) -> list[str]:
        """Return one file of every network."""
        return [
            f"results/mnist/network{network}/{file}" for network in range(self._experiment.networks)
        ]

    def prepare(self) -> dict[str, Any]:
        """Return what the images and their split depend on."""
        keys = {"source", "train_images", "test_images"}
        keys |= {"folder"} if self._experiment.source == "mnist" else set()
        return self._subset(keys) | {"seed": self._seed}

    def train(self, network: str) -> dict[str, Any]:
        """Return what the training of one network depends on."""
        layers = {"channels", "hidden", "dropout"} | _NORMALISED
        optimiser = {
            "batch_size",
            "epochs",
            "learning_rate",
            "learning_rate_decay",
            "rho",
            "epsilon",
        }
        return self._subset(layers | optimiser) | {"seed": self._seed, "network": int(network)}

    def block(self, network: str) -> dict[str, Any]:
        """Return what the blocked images of one network depend on."""
        return self._subset({"mask_height"} | _NORMALISED) | {"network": int(network)}

    def probe(self) -> dict[str, Any]:
        """Return what the measures along the paths depend on."""
        return self._subset({"gammas", "path_tolerance", "max_gradients"} | _NORMALISED)

    def attack(self, network: str) -> dict[str, Any]:
        """Return what the attacks on one network depend on."""
        steps = {"descent_share", "descent_steps", "ddn_steps", "minimal_steps", "minimal_restarts"}
        return self._subset(steps | _NORMALISED) | {"network": int(network)}

    def _subset(self, keys: set[str]) -> dict[str, Any]:
        return self._experiment.model_dump(include=keys)
