"""The words and symbols of tables, figures and claims, for someone who has read an abstract."""

import re
from typing import NamedTuple


class Term(NamedTuple):
    """A word or symbol that is explained.

    Attributes
    ----------
    key : str
        Its anchor on pages, such as ``word-valid``.
    name : str
        How it is written.
    meaning : str
        A sentence or two.
    where : str
        Where it is defined or first used: a paper and its section, empty for words of this project.
    pattern : str
        A regular expression for the places where it is used; matched with upper and lower case.
    """

    key: str
    name: str
    meaning: str
    where: str
    pattern: str


def _term(key: str, name: str, meaning: str, where: str = "", pattern: str = "") -> Term:
    return Term(f"word-{key}", name, meaning, where, pattern or rf"(?<!\w){re.escape(name)}(?!\w)")


GLOSSARY: tuple[Term, ...] = (
    _term(
        "fc",
        "[FC]",
        "The paper “Feature compression is the root cause of adversarial fragility in neural"
        " network"
        " classifiers”, arXiv 2406.16200, version 2.",
        pattern=r"\[FC\]",
    ),
    _term(
        "tu",
        "[TU]",
        "“Towards unlocking the mystery of adversarial fragility of neural networks”, an earlier"
        " form of [FC] that was submitted to a conference and has tables of its own.",
        pattern=r"\[TU\]",
    ),
    _term(
        "fo",
        "[FO]",
        "The paper “Adversarial vulnerability of neural networks increases with input dimension”,"
        " arXiv 1802.01421, which explains fragility by the loss gradient's norm.",
        pattern=r"\[FO\]",
    ),
    _term(
        "rebuilt",
        "rebuilt",
        "Computed by this project from its own random seeds, as opposed to published: printed in"
        " the"
        " paper.",
    ),
    _term(
        "interval",
        "interval",
        "A range that holds the true value in so many of a hundred repetitions, 95 unless another"
        " number is said. In brackets behind an estimate: [from, to].",
        pattern=r"\bintervals?\b",
    ),
    _term(
        "dimension",
        "d",
        "The number of inputs of a network: coordinates of a point, or pixels times colours.",
        pattern=r"(?<![\w‖|])(?-i:d)(?![\w‖|'])",
    ),
    _term(
        "exponent",
        "exponent of d",
        "The power of the dimension d that an average follows: the slope of its logarithm against"
        " that of d. An exponent of −1/2 means proportional to 1/√d, 0 means no change.",
        pattern=r"exponents?( of d)?",
    ),
    _term(
        "optimal",
        "optimal classifier",
        "The classifier that answers the class of the nearest point. It tolerates any change up to"
        " half the distance to the nearest point of another class.",
        "[FC] §2",
        r"optimal|minimum-distance",
    ),
    _term(
        "gap",
        "logit gap g",
        "The output for the right class minus the output for the other class of a pair. A network"
        " changes sides where it is zero.",
        "[FC] §5",
        r"logit gap|\bgaps?\b|\bg\(|∇g",
    ),
    _term(
        "cos",
        "cos θ",
        "The cosine of the angle between the direction that a network looks at, the gradient of its"
        " logit gap, and the direction that tells the classes apart. Small |cos θ| means that the"
        " network sees little of that direction: it is compressed.",
        "[FC] §5",
        r"cos θ(?!\d)|cos θ_γ",
    ),
    _term(
        "cos1",
        "cos θ1",
        "cos θ of a linear network: the angle between its probing vector W1 − W2 and the feature"
        " a.",
        "[FC] §6",
        r"cos θ[1₁]",
    ),
    _term(
        "cos2",
        "cos θ2",
        "The cosine of the angle between a linear network's weights W1 and the last row of A⁻¹,"
        " which are parallel in the network that Theorem 6 assumes.",
        "[FC] §6",
        r"cos θ[2₂]",
    ),
    _term(
        "phi",
        "φ",
        "The compression that Theorem 6 predicts from the data alone: |R_dd|/‖a‖, where A = QR. It"
        " is"
        " of the order of 1/√d.",
        "[FC] §6",
        "φ",
    ),
    _term(
        "feature",
        "feature a",
        "The direction that tells the two classes of the hypercube apart: the last column of the"
        " random matrix A. Points are A z with z of ones and minus ones, whose last entry is the"
        " class.",
        "[FC] §4",
        r"‖a‖|feature a\b|2‖a‖",
    ),
    _term(
        "rho",
        "ρ",
        "|cos θ| of a network that is not linear, at a point of the segment between two points that"
        " differ in the class alone; ρ₂ is the same for the plane of both logits' gradients.",
        "[FC] §6",
        "ρ",
    ),
    _term(
        "e",
        "‖e‖",
        "The length of the least perturbation e that changes a network's answer; found by an"
        " attack,"
        " so that the true one may be shorter, unless it is called certified or exact.",
        "[FC] §1",
        r"‖e‖|least perturbations?",
    ),
    _term(
        "half",
        "half the distance",
        "‖x1 − x2‖/2, half of what lies between the two inputs of a pair: what a classifier that"
        " looks at their difference alone would tolerate. ‖e‖ over it is the robustness ratio.",
        "[FC] §6",
        r"\bhalf\b",
    ),
    _term(
        "dtilde",
        "D̃",
        "D̃ measures the whole path to the other image; ‖e‖ only the part up to the boundary. It is"
        " the change of the logit gap over the gradient's length at the first image.",
        "[FC] §6",
        "D̃(?! to the boundary|_)",
    ),
    _term(
        "dflip",
        "D̃ to the boundary",
        "The logit gap over its gradient's length at the first image: how far the boundary would be"
        " if the gap fell at the same rate all the way.",
        pattern=r"D̃ to the boundary|D̃_flip",
    ),
    _term(
        "integral",
        "D",
        "The integral of the gradient's component along the path between two inputs, which equals"
        " the change of the logit gap.",
        "[FC] §5",
        r"path integrals?|\|D −|(?<!\w)D(?= is)|^D$",
    ),
    _term(
        "gamma",
        "γ",
        "The place on the straight path between two inputs: 0 at the first, 1 at the second.",
        "[FC] §6",
        "γ",
    ),
    _term(
        "valid",
        "valid run",
        "A network that classifies all its training points correctly, as the paper asks for; the"
        " averages are over these. The same networks are called accurate.",
        "[FC] §6",
        r"\bvalid\b|\baccurate\b",
    ),
    _term(
        "fresh",
        "fresh points",
        "Points that a network never saw in training. Where there are too many points to train on"
        " all of them, a network may classify those that it saw and not these.",
        pattern=r"fresh points?|never saw",
    ),
    _term(
        "margin",
        "widest margin",
        "The flat boundary between both classes that is farthest from either: where training a"
        " linear network for ever would arrive. Its |cos θ1| is φ or more.",
        pattern=r"widest margin",
    ),
    _term(
        "run",
        "run",
        "One random matrix, or seed, with the network trained on it.",
        pattern=r"\bruns?\b",
    ),
    _term(
        "scale",
        "column scale",
        "The factor by which every column of the random matrix but the last is multiplied: 5 in the"
        " paper.",
        "[FC] §6",
        r"column scale|columns ×",
    ),
    _term(
        "longer",
        "trained longer",
        "Trained until all points are classified correctly, within a limit of epochs, where the"
        " paper stops after 20.",
        pattern=r"trained longer|training longer|longer training",
    ),
    _term(
        "batch",
        "batch size",
        "How many points each step of training sees. The papers do not state theirs; 64 is used"
        " unless another is named.",
    ),
    _term(
        "certified",
        "certified",
        "Proved: no perturbation shorter than this changes the answer.",
        pattern=r"certified",
    ),
    _term(
        "box",
        "pixels in [0, 1]",
        "The perturbed image is an image: no pixel is darker than black or brighter than white."
        " Other perturbations may leave that range.",
        pattern=r"pixels? (stay |kept |lie |that stay )?in(side)? \[0, 1\]|any values?",
    ),
    _term(
        "pair",
        "pair",
        "Two inputs of different classes: a seven and the same seven with a part blocked out, which"
        " the network takes for a one; or a photograph and the nearest photograph of another"
        " class.",
        pattern=r"\bpairs?\b",
    ),
    _term(
        "argmax",
        "any other answer",
        "The perturbed image only has to be given another class, whichever it is.",
    ),
    _term(
        "factors",
        "four factors",
        "‖e‖ over half the distance is exactly the product of four numbers: compression along the"
        " path (the average of cos θ, weighted by the gradient's length), evenness (the gradient's"
        " average length over that at the first input), place of the boundary (1 where it lies half"
        " way) and curvature (1 where the gap falls at the same rate up to the boundary).",
        pattern=r"four factors|evenness|place of the boundary|boundary's place",
    ),
    _term(
        "chance",
        "random direction",
        "What |cos θ| would be if the network's direction had nothing to do with the images:"
        " √(2/(π d)) on average.",
    ),
    _term(
        "holm",
        "Holm's adjustment",
        "Makes p-values larger because many tests are done at once, so that the chance of any false"
        " rejection stays as stated.",
        pattern=r"Holm|adjusted p",
    ),
    _term(
        "loss",
        "E‖∂L‖",
        "The average length of the loss's gradient with respect to the input: by how much an attack"
        " of size one raises the loss at first order. The index names the norm: 1 for attacks that"
        " change every pixel by at most ε, 2 for attacks of a total length.",
        "[FO] §2",
        r"‖∂L‖|loss gradient",
    ),
    _term(
        "fall",
        "fall of accuracy",
        "Accuracy on clean images minus accuracy on attacked ones: what [FO] calls vulnerability.",
        "[FO] §2",
        r"fall of accuracy|vulnerability",
    ),
    _term(
        "epsilon",
        "ε_∞",
        "The size of an attack: the largest change of a pixel, in standard deviations of the"
        " images."
        " An attack measured by another norm p is given the matching size ε_p = ε_∞ d^(1/p).",
        "[FO] §2",
        r"ε_∞|ε_p|strength",
    ),
    _term(
        "onestep",
        "one step, iterated",
        "A one-step attack moves once along the sign of the loss's gradient; an iterated one takes"
        " several smaller steps and looks again after each, and is stronger.",
        pattern=r"one step|one-step|iterated attack|\biterated\b",
    ),
    _term(
        "penalty",
        "penalty q",
        "Training that adds the gradient's norm ‖∂L‖_q to the loss. At first order it is the same"
        " as"
        " augmentation with p, where 1/p + 1/q = 1.",
        "[FO] §3",
        r"penalty q|penalt(y|ies)",
    ),
    _term(
        "augmentation",
        "augmentation p",
        "Training on clean images and on images attacked in the norm p, half and half.",
        "[FO] §3",
        r"augmentations?",
    ),
    _term(
        "lipschitz",
        "cross-Lipschitz",
        "A penalty of the differences between the gradients of all pairs of logits (Hein and"
        " Andriushchenko, 2017).",
        pattern=r"cross-Lipschitz",
    ),
    _term(
        "pgd",
        "adversarial (PGD)",
        "Training on images that are attacked anew, in several steps, at every step of training.",
        pattern=r"PGD",
    ),
    _term(
        "leftout",
        "methods left out",
        "A prediction for one training method by a curve that was fitted to all the others.",
        pattern=r"left out|a method that the fit has not seen",
    ),
    _term(
        "kinks",
        "kinks",
        "Where ReLU's slope jumps. A penalty's derivative does not see them, an attack does.",
        "[FO] §3",
    ),
    _term(
        "he",
        "He initialisation",
        "Random weights before training, with variance 2 over a neuron's number of inputs.",
        "[FO] §3",
        r"initialisation",
    ),
)


_FLAGS = re.IGNORECASE | re.MULTILINE


def terms_in(*texts: str) -> list[Term]:
    """Return the terms that are used in these texts, in the glossary's order.

    Examples
    --------
    >>> [term.name for term in terms_in("ρ against d, valid runs")]
    ['d', 'ρ', 'valid run', 'run']
    """
    whole = "\n".join(texts)
    return [term for term in GLOSSARY if re.search(term.pattern, whole, _FLAGS)]
