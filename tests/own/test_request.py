import pytest

from fcflow.errors import FcflowError
from fcflow.own.request import settings_of


def test_options_are_what_a_section_says(here, options):
    given = {"size": 8, "mean": "0.5,0.4,0.3", "std": "0.25", "pairs": "ants:bees"}
    section = settings_of(options | given).model_dump()
    assert section["model"] == {
        "kind": "factory",
        "factory": "my_models.py:network",
        "weights": "net.safetensors",
    }
    data = section["data"]
    assert (data["folder"], data["size"]) == ("pictures", 8)
    assert (data["mean"], data["std"]) == ([0.5, 0.4, 0.3], 0.25)
    assert section["pairs"] == {
        "kind": "classes",
        "source": "ants",
        "target": "bees",
        "max_pairs": 20,
    }
    assert section["attacks"] == [
        {"attack": "minimal", "criterion": "pair", "box": True, "effort": "quick"},
        {"attack": "fast_l2", "criterion": "pair", "box": True},
    ]


def test_the_most_pairs_are_asked_for_of_every_pair_maker_that_has_a_most(here, options):
    (here / "my_pairs.py").write_text("def some(inputs, labels, predicted):\n    return []\n")
    for pairs, most in (("a.csv", 20), ("my_pairs.py:some", 20), ("blocked", None)):
        assert settings_of(options | {"pairs": pairs}).pairs.model_dump().get("max_pairs") == most


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"images": ""}, "--images: is missing; give a folder"),
        ({"images": "gone"}, "--images: there is nothing at gone"),
        ({"model": ""}, "--model, --timm, --torchvision or --exported: must have one of"),
        ({"timm": "resnet18"}, "must have one of factory, timm, torchvision, exported, got"),
        ({"attacks": ["dnn"]}, "--attack: there is no attack 'dnn', did you mean 'ddn'?"),
        ({"attacks": ["ddn,steps"]}, "--attack: keys are written name,key=value, got 'ddn,steps'"),
        ({"attacks": ["ddn,stps=3"]}, "--attack: stps is no parameter of ddn"),
        ({"attacks": ["ddn,steps=[1"]}, "--attack: "),
        ({"measures": ["factor"]}, "--measure: there is no measure 'factor'"),
        ({"pairs": "neerest"}, "--pairs: there is no pair maker 'neerest', did you mean 'nearest'"),
        ({"mean": "a"}, "--mean: must be a number, or several with commas, got 'a'"),
        ({"std": "0.2,-1"}, "--std: must be positive, got [0.2, -1.0]"),
        ({"size": 0}, "--size: must be ≥ 1, got 0"),
        ({"classes": "a,b,a"}, "--classes: must not repeat a class, got a twice"),
        ({"bounds": "1,0"}, "--bounds: must be a lower and a greater value"),
    ],
)
def test_bad_input_is_one_line_that_names_the_option(here, options, given, told):
    with pytest.raises(FcflowError) as error:
        settings_of(options | given)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
