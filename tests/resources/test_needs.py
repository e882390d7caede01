"""What steps ask for: enough in the default configuration, and more where sizes are larger."""

from pathlib import Path

import pytest
import yaml

from fcflow.config.load import read_config
from fcflow.resources import theory
from fcflow.resources.ablations import AblationsNeeds
from fcflow.resources.dimension import DimensionNeeds
from fcflow.resources.hypercube import HypercubeNeeds
from fcflow.resources.images import ImagesNeeds
from fcflow.resources.needs import Needs
from fcflow.resources.vulnerability import VulnerabilityNeeds

ROOT = Path(__file__).parents[2]
# The most that a step of a rule occupied in the default configuration, in MiB, as its logs say.
# Forks of the process that holds the libraries begin with 640.
LIBRARIES = 640
MEASURED = {
    "attack_imagenet": 1340,
    "probe_imagenet": 1340,
    "prepare_imagenet": 1150,
    "train_mnist": 1280,
    "pair_mnist": 1060,
    "probe_mnist": 1050,
    "attack_mnist": 1030,
    "attack_relu": 930,
    "probe_relu": 820,
    "train_relu": 695,
    "theorem4": 770,
    "theorem6": 730,
    "theorem1": 730,
    "theorem5": 730,
    "train_affine": 690,
    "attack_affine": 740,
    "prepare_vulnerability": 505,
    "train_vulnerability": 980,
    "measure_vulnerability": 1436,
    "probe_vulnerability": 755,
    "initialisation": 1216,
    "train_ablations": 831,
    "measure_ablations": 935,
    "train_dimension": 862,
    "probe_dimension": 800,
}


@pytest.fixture
def configured(tmp_path):
    """Return a function that reads the default configuration with some keys overridden."""

    def read(override=None):
        own = tmp_path / "own.yaml"
        own.write_text(yaml.safe_dump(override or {}), encoding="utf-8")
        return read_config([ROOT / "config" / "config.yaml", own])

    return read


def asked(config) -> dict[str, int]:
    """Return the memory that the largest step of each rule asks for at first."""
    needs = {}
    for name in ("linear", "relu"):
        section = getattr(config, name)
        room, kind = HypercubeNeeds(name, section), {"linear": "affine"}.get(name, name)
        settings = section.settings()
        needs[f"train_{kind}"] = [room.train(one.study, one.data, one.net) for one in settings]
        for rule in (f"probe_{kind}", f"attack_{kind}"):
            needs[rule] = [room.evaluate(study) for study in section.studies]
    for name in ("mnist", "imagenet"):
        room = ImagesNeeds(f"images.{name}", getattr(config.images, name))
        for rule in ("prepare", "pair_images", "probe_images", "attack_images"):
            needs[f"{rule.removesuffix('_images')}_{name}"] = [getattr(room, rule)()]
    needs["train_mnist"] = [ImagesNeeds("images.mnist", config.images.mnist).train_mnist()]
    for name in ("theorem1", "theorem4", "theorem5", "theorem6"):
        needs[name] = [theory.simulation(getattr(config.theory, name))]
    own = VulnerabilityNeeds("vulnerability.networks", config.vulnerability.networks)
    places = [(one.study, one.folder) for one in config.vulnerability.networks.settings()]
    needs["prepare_vulnerability"] = [own.prepare_vulnerability("56")]
    for rule in ("train_vulnerability", "measure_vulnerability", "probe_vulnerability"):
        of_rule = [place for place in places if rule[0] != "p" or place[0] == "regularisers"]
        needs[rule] = [getattr(own, rule)(*place) for place in of_rule]
    fresh = DimensionNeeds("dimension", config.dimension)
    for rule in ("train_dimension", "probe_dimension"):
        settings = config.dimension.settings()
        needs[rule] = [getattr(fresh, rule)(one.study, one.folder) for one in settings]
    needs["initialisation"] = [theory.simulation(config.vulnerability.initialisation)]
    studies = AblationsNeeds("ablations", config.ablations)
    for rule in ("train_ablations", "measure_ablations"):
        needs[rule] = [getattr(studies, rule)(study) for study in config.ablations.studies]
    return {rule: max(one.memory(attempt=1) for one in of) for rule, of in needs.items()}


def test_no_step_of_the_default_configuration_exceeds_its_memory(configured):
    memory = asked(configured())
    assert {rule for rule, mib in MEASURED.items() if memory[rule] < mib} == set()


def test_no_step_asks_for_many_times_what_it_takes(configured):
    memory = asked(configured())
    assert {rule for rule, mib in MEASURED.items() if memory[rule] > 2.5 * mib} == set()


def test_larger_networks_ask_for_more(configured):
    study = {"dims": [256], "hidden": [10000], "valid_runs": 50, "max_runs": 150}
    large = configured({"relu": {"studies": {"large": study}}})
    room = HypercubeNeeds("relu", large.relu)
    train = room.train("large", "d256-s5", "l1-m10000-b64")
    # Their weights alone, once: 150 networks of 2.6 million.
    assert train.mib > 150 * 10000 * 259 * 4 / 2**20
    small = room.train("table3", "d12-s5", "l1-m3000-b64")
    assert train.memory(1) > 3 * small.memory(1)
    assert train.minutes(1) > 20 * small.minutes(1)
    assert room.evaluate("large").memory(1) > train.memory(1)


def test_higher_dimensions_and_wider_networks_ask_for_more(configured):
    study = {"activation": "relu", "depth": 2, "dims": [4, 512], "runs": 4, "steps": 4096}
    large = configured({"dimension": {"studies": {"large": study}}})
    room = DimensionNeeds("dimension", large.dimension)
    for need in (room.train_dimension, room.probe_dimension):
        # Weights of 3,000 units beside 3,000, for each run, and more of them where d is larger.
        assert need("large", "d4").mib > 4 * 3000**2 * 4 / 2**20
        assert need("large", "d512").mib > need("large", "d4").mib
        assert need("large", "d4").minutes(1) > need("one_layer", "d4").minutes(1)


def test_larger_images_and_more_of_them_ask_for_more(configured):
    before = ImagesNeeds("images.imagenet", configured().images.imagenet)
    change = {"image_size": 448, "memory_gb": None}
    after = ImagesNeeds(
        "images.imagenet", configured({"images": {"imagenet": change}}).images.imagenet
    )
    for rule in ("pair_images", "probe_images", "attack_images", "aggregate_images"):
        assert getattr(after, rule)().mib > getattr(before, rule)().mib
    assert after.attack_images().minutes(1) > 3 * before.attack_images().minutes(1)


def test_more_channels_and_pixels_of_the_second_papers_networks_ask_for_more(configured):
    def own(**keys):
        networks = configured({"vulnerability": {"networks": keys}}).vulnerability.networks
        return VulnerabilityNeeds("vulnerability.networks", networks)

    place = ("pooling", "max_pool-relu-28-plain")
    for rule in ("train_vulnerability", "measure_vulnerability"):
        before, after = (getattr(room, rule)(*place) for room in (own(), own(channels=64)))
        assert after.mib > 2 * before.mib
        assert after.minutes(1) > 10 * before.minutes(1)
    large = {"pooling": {"sizes": [56]}}
    place = ("pooling", "max_pool-relu-56-plain")
    assert own(studies=large).train_vulnerability(*place).seconds > 3 * before.seconds


def test_wider_networks_of_a_study_ask_for_more(configured):
    def own(**study):
        studies = {"mine": {"runs": 10, **study}}
        section = configured({"ablations": {"studies": studies}}).ablations
        return AblationsNeeds("ablations", section)

    before, after = own(hidden=[100]), own(hidden=[10_000], depths=[2])
    for rule in ("train_ablations", "measure_ablations"):
        assert getattr(after, rule)("mine").mib > 20 * getattr(before, rule)("mine").mib
    slower = own(hidden=[100], methods={"adversarial": [0.1, 0.2]})
    seconds = [room.train_ablations("mine").seconds for room in (before, slower, after)]
    assert sorted(seconds) == seconds


def test_a_statement_at_larger_dimensions_asks_for_more(configured):
    before = theory.simulation(configured().theory.theorem4)
    dims = {"dims": [4, 4096], "draws": [1, 1], "layers": [1]}
    after = theory.simulation(configured({"theory": {"theorem4": dims}}).theory.theorem4)
    assert after.mib == 4 * before.mib


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_each_attempt_asks_for_more(attempt):
    needs = Needs(mib=1000, seconds=600)
    assert needs.memory(attempt) == attempt * needs.memory(1)
    assert needs.minutes(attempt) == attempt * 30
