"""Words of the second paper, [FO]: the loss gradient and what training does against it."""

from fcflow.paper.words.term import Term, term

FIRST_ORDER: tuple[Term, ...] = (
    term(
        "loss",
        "E‖∂L‖",
        "The average length of the loss's gradient with respect to the input: by how much an attack"
        " of size one raises the loss at first order. The index names the norm: 1 for attacks that"
        " change every pixel by at most ε, 2 for attacks of a total length.",
        "[FO] §2",
        r"‖∂L‖|loss gradient",
    ),
    term(
        "fall",
        "fall of accuracy",
        "Accuracy on clean images minus accuracy on attacked ones: what [FO] calls vulnerability.",
        "[FO] §2",
        r"fall of accuracy|vulnerability",
    ),
    term(
        "epsilon",
        "ε_∞",
        "The size of an attack: the largest change of a pixel, in standard deviations of the"
        " images."
        " An attack measured by another norm p is given the matching size ε_p = ε_∞ d^(1/p).",
        "[FO] §2",
        r"ε_∞|ε_p|strength",
    ),
    term(
        "onestep",
        "one step, iterated",
        "A one-step attack moves once along the sign of the loss's gradient; an iterated one takes"
        " several smaller steps and looks again after each, and is stronger.",
        pattern=r"one step|one-step|iterated attack|\biterated\b",
    ),
    term(
        "penalty",
        "penalty q",
        "Training that adds the gradient's norm ‖∂L‖_q to the loss. At first order it is the same"
        " as"
        " augmentation with p, where 1/p + 1/q = 1.",
        "[FO] §3",
        r"penalty q|penalt(y|ies)",
    ),
    term(
        "augmentation",
        "augmentation p",
        "Training on clean images and on images attacked in the norm p, half and half.",
        "[FO] §3",
        r"augmentations?",
    ),
    term(
        "lipschitz",
        "cross-Lipschitz",
        "A penalty of the differences between the gradients of all pairs of logits (Hein and"
        " Andriushchenko, 2017).",
        pattern=r"cross-Lipschitz",
    ),
    term(
        "pgd",
        "adversarial (PGD)",
        "Training on images that are attacked anew, in several steps, at every step of training.",
        pattern=r"PGD",
    ),
    term(
        "leftout",
        "methods left out",
        "A prediction for one training method by a curve that was fitted to all the others.",
        pattern=r"left out|a method that the fit has not seen",
    ),
    term(
        "kinks",
        "kinks",
        "Where ReLU's slope jumps. A penalty's derivative does not see them, an attack does.",
        "[FO] §3",
    ),
    term(
        "he",
        "He initialisation",
        "Random weights before training, with variance 2 over a neuron's number of inputs.",
        "[FO] §3",
        r"initialisation",
    ),
    term(
        "firstorder",
        "first order",
        "What the slope at a point alone tells of a change: exact for changes that vanish.",
        pattern=r"\bfirst[- ]order\b",
    ),
    term(
        "lone",
        "ℓ1 norm",
        "The sum of the absolute values of a vector's entries, ‖·‖₁.",
        pattern=r"ℓ1|‖₁",
    ),
    term(
        "pooling",
        "strides, pooling",
        "How a convolutional network makes its maps smaller: strides leave out places, max pooling"
        " keeps the largest of neighbours, average pooling their mean.",
        pattern=r"\bstrid(?:e|es|ed)\b|\bpool(?:s|ing)?\b",
    ),
    term(
        "dilation",
        "dilated",
        "Of convolutions that read pixels at a distance from each other.",
        pattern=r"\bdilat(?:ed|ion|ions)\b",
    ),
    term(
        "batchnorm",
        "batch norm",
        "Shifts and scales the numbers in a layer to mean zero and variance one over a batch.",
        pattern=r"\bbatch norm\b",
    ),
)
