"""What the steps of an experiment on images need.

Constants are from one core of a desktop processor and the default configuration's networks; they
are scaled by the area of an image, to which a convolutional network's work is proportional.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from fcflow.resources.needs import Needs, mib
from fcflow.resources.pipelines import Key, Pipeline

_AREA = 224**2  # of the image that the constants below are about
_GRADIENTS = 64  # that are evaluated at once where ``memory_gb`` does not say otherwise
_GRADIENT_MIB = 100.0
_GRADIENT_SECONDS = 0.05
# What least perturbations take of each pair, by effort, in gradients with all their evaluations.
_SEARCHED = {"quick": 45, "default": 150, "thorough": 550}
_TRAINED_IMAGES = 4000 * 14
_TRAINED_CHANNELS = 32 * 64
_TRAINING_SECONDS = 60.0
_STAGES = {"images": (), "networks": ("network",), "parts": ("network", "part")}
_OWN_PAIRS = 100  # of a pair maker that names no number
_DIGITS_MIB = 400.0  # 5,000 as text and as numbers


class ImagesNeeds:
    """The needs of one experiment's steps, whose names are those of the rules.

    Parameters
    ----------
    name : str
        Such as ``images.mnist``.
    section : PairsSettings
        The configuration's section of that name.
    """

    def __init__(self, name: str, section: Any) -> None:
        self._name = name.rpartition(".")[2]
        self._section = section
        size = getattr(section, "image_size", 28)
        self._files = len(section.data.files()) if hasattr(section, "data") else 0
        self._area = size**2
        self._scale = size**2 / _AREA

    def prepare(self, **others: str) -> Needs:
        """Return the needs of all images as they are read."""
        return Needs(_DIGITS_MIB + self._images_mib(), 5 + 0.002 * self._images())

    prepare_mnist = prepare_imagenet = prepare

    def prepare_own(self, **others: str) -> Needs:
        """Return the needs of one's own inputs as they are read, and of the model beside them."""
        own = self.prepare()
        return Needs(own.mib + self._gradients_mib(), own.seconds)

    def train_mnist(self, **others: str) -> Needs:
        """Return the needs of all images and of several forms of a batch's hidden units."""
        section = self._section
        units = 28**2 * sum(section.channels) * section.batch_size
        share = section.train_images * section.epochs / _TRAINED_IMAGES
        channels = section.channels[0] * section.channels[1] / _TRAINED_CHANNELS
        held = 200 + mib(40 * units, 4) + self._images_mib()
        return Needs(held, 5 + _TRAINING_SECONDS * share * max(channels, 0.1))

    def pair_images(self, **others: str) -> Needs:
        """Return the needs of answers to all images."""
        seconds = 3 + 0.2 * _GRADIENT_SECONDS * self._scale * self._images()
        return Needs(self._gradients_mib() + self._images_mib(), seconds)

    def probe_images(self, **others: str) -> Needs:
        """Return the needs of the paths of a job's pairs."""
        gradients = min(self._section.max_gradients, 100 * self._section.gammas) * self._pairs()
        return self._evaluations(gradients / 10)

    def attack_images(self, **others: str) -> Needs:
        """Return the needs of every attack on a job's pairs."""
        steps = sum(
            one.get("steps") or _SEARCHED.get(one.get("effort", "default"), 100)
            for choice in self._section.attacks
            for one in choice.variants()
            if not one["attack"].startswith("fast_")
        )
        return self._evaluations(steps * self._pairs())

    def aggregate_images(self, **others: str) -> Needs:
        """Return the needs of all networks' pairs and perturbations."""
        ways = sum(len(choice.variants()) for choice in self._section.attacks)
        pairs = self._section.networks * self._section.jobs * self._pairs()
        return Needs(100 + mib(3 * 3 * self._area * pairs * (2 + ways), 4), 3)

    def place(self, stage: str, wildcards: Mapping[str, str]) -> tuple[str, str, Key]:
        """Return the pipeline, the stage and the part to which a step belongs."""
        return self._name, stage, tuple(wildcards[name] for name in _STAGES[stage])

    def pipelines(self) -> list[Pipeline]:
        """Return the one pipeline, up to what is made of all networks."""
        section = self._section
        networks, jobs = range(section.networks), range(section.jobs)
        trained = self.train_mnist().seconds if hasattr(section, "epochs") else 0.0
        measured = self.probe_images().seconds + self.attack_images().seconds
        stages: dict[str, dict[Key, float]] = {
            "images": {(): self.prepare().seconds},
            "networks": {(str(n),): trained + self.pair_images().seconds for n in networks},
            "parts": {(str(n), str(j)): measured for n, j in product(networks, jobs)},
        }
        return [Pipeline(self._name, stages)]

    def _images(self) -> int:
        section = self._section
        if hasattr(section, "data"):
            return min(section.data.most or self._files, max(20, self._files))
        if hasattr(section, "train_images"):
            return int(section.train_images + getattr(section, "test_images", 1000))
        return max(20, len(section.user_files()))

    def _images_mib(self) -> float:
        channels = 1 if hasattr(self._section, "train_images") else 3
        return mib(4 * self._images() * channels * self._area, 4)

    def _pairs(self) -> int:
        """Return about how many pairs a job has."""
        most = (self._section.pairs.model_extra or {}).get("max_pairs")
        if most is None and hasattr(self._section, "data"):
            most = _OWN_PAIRS
        pairs = most or max(4, getattr(self._section, "test_images", 0) // 60)
        return int(-(-pairs // self._section.jobs))

    def _gradients_mib(self) -> float:
        memory = self._section.memory_gb
        own = _GRADIENTS * _GRADIENT_MIB * self._scale if memory is None else 1000 * memory
        return 300 + float(own)

    def _evaluations(self, gradients: float) -> Needs:
        held = self._gradients_mib() + mib(20 * 3 * self._area * self._pairs(), 4)
        return Needs(held, 5 + _GRADIENT_SECONDS * self._scale * gradients)
