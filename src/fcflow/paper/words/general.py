"""Words of both papers: samples, estimates, networks."""

from fcflow.paper.words.term import Term, term

GENERAL: tuple[Term, ...] = (
    term(
        "fc",
        "[FC]",
        "The paper “Feature compression is the root cause of adversarial fragility in neural"
        " network"
        " classifiers”, arXiv 2406.16200, version 2.",
        pattern=r"\[FC\]",
    ),
    term(
        "tu",
        "[TU]",
        "“Towards unlocking the mystery of adversarial fragility of neural networks”, an earlier"
        " form of [FC] that was submitted to a conference and has tables of its own.",
        pattern=r"\[TU\]",
    ),
    term(
        "fo",
        "[FO]",
        "The paper “Adversarial vulnerability of neural networks increases with input dimension”,"
        " arXiv 1802.01421, which explains fragility by the loss gradient's norm.",
        pattern=r"\[FO\]",
    ),
    term(
        "rebuilt",
        "rebuilt",
        "Computed by this project from its own random seeds, as opposed to published: printed in"
        " the"
        " paper.",
    ),
    term(
        "interval",
        "interval",
        "A range that holds the true value in so many of a hundred repetitions, 95 unless another"
        " number is said. In brackets behind an estimate: [from, to].",
        pattern=r"\bintervals?\b",
    ),
    term(
        "holm",
        "Holm's adjustment",
        "Makes p-values larger because many tests are done at once, so that the chance of any false"
        " rejection stays as stated.",
        pattern=r"Holm|adjusted p",
    ),
    term(
        "dimension",
        "d",
        "The number of inputs of a network: coordinates of a point, or pixels times colours.",
        pattern=r"(?<![\w‖|])(?-i:d)(?![\w‖|'])",
    ),
    term(
        "exponent",
        "exponent of d",
        "The power of the dimension d that an average follows: the slope of its logarithm against"
        " that of d. An exponent of −1/2 means proportional to 1/√d, 0 means no change.",
        pattern=r"exponents?( of d)?",
    ),
    term(
        "optimal",
        "optimal classifier",
        "The classifier that answers the class of the nearest point. It tolerates any change up to"
        " half the distance to the nearest point of another class.",
        "[FC] §2",
        r"optimal|minimum-distance",
    ),
    term(
        "fresh",
        "fresh points",
        "Points that a network never saw in training. Where there are too many points to train on"
        " all of them, a network may classify those that it saw and not these.",
        pattern=r"fresh points?|never saw",
    ),
    term(
        "run",
        "run",
        "One random matrix, or seed, with the network trained on it.",
        pattern=r"\bruns?\b",
    ),
    term(
        "valid",
        "valid run",
        "A network that classifies all its training points correctly, as the paper asks for; the"
        " averages are over these. The same networks are called accurate.",
        "[FC] §6",
        r"\bvalid\b|\baccurate\b",
    ),
    term(
        "batch",
        "batch size",
        "How many points each step of training sees. The papers do not state theirs; 64 is used"
        " unless another is named.",
    ),
    term(
        "longer",
        "trained longer",
        "Trained until all points are classified correctly, within a limit of epochs, where the"
        " paper stops after 20.",
        pattern=r"trained longer|training longer|longer training",
    ),
    term(
        "certified",
        "certified",
        "Proved: no perturbation shorter than this changes the answer.",
        pattern=r"certified",
    ),
    term(
        "box",
        "pixels in [0, 1]",
        "The perturbed image is an image: no pixel is darker than black or brighter than white."
        " Other perturbations may leave that range.",
        pattern=r"pixels? (stay |kept |lie |that stay )?in(side)? \[0, 1\]|any values?",
    ),
    term(
        "relu",
        "ReLU, GELU",
        "What a network applies to each number in its hidden layers: ReLU is the larger of the"
        " number and zero, and has a kink there; GELU has nearly the same graph without a kink.",
        pattern=r"\b(?:ReLU|GELU)\b",
    ),
    term(
        "lmg",
        "LMG shares",
        "How much of a variance each of several quantities stands for (Lindeman, Merenda and Gold):"
        " what it adds to the part that is explained, averaged over all orders in which they are"
        " taken in. Of a product's factors the shares of its logarithm add up to 1.",
        pattern=r"\bLMG\b",
    ),
    term(
        "quantile",
        "quantile",
        "The value below which so many percent of the runs lie; the median is that of 50 %.",
        pattern=r"\bquantiles?\b",
    ),
)
