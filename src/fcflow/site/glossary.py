"""The words of the site, for someone who has read a paper's abstract."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word and its meaning.

    Attributes
    ----------
    name : str
    meaning : str
        In a sentence or two.
    """

    name: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Its identifier in the page.

        Examples
        --------
        >>> Term("D̃ flip", "").anchor
        'term-44-303-20-66-6c-69-70'
        """
        return "term-" + "-".join(f"{ord(letter):x}" for letter in self.name)


@dataclass(frozen=True)
class Subject:
    """Words that belong together."""

    name: str
    terms: tuple[Term, ...]


GLOSSARY = (
    Subject(
        "The papers",
        (
            Term(
                "[FC]",
                "“Feature compression is the root cause of adversarial fragility in neural network"
                " classifiers”, arXiv 2406.16200: the network sees the direction between two"
                " classes at an angle, and what it does not see of it makes it fragile.",
            ),
            Term(
                "[TU]",
                "An earlier version of [FC] with the same theorems and experiments; it is cited"
                " where only its text has a number.",
            ),
            Term(
                "[FO]",
                "“Adversarial vulnerability of neural networks increases with input dimension”,"
                " arXiv 1802.01421: the gradient of the loss grows with the number of inputs.",
            ),
        ),
    ),
    Subject(
        "Verdicts",
        (
            Term(
                "reproduced", "What was measured here meets the rule that stands beside the claim."
            ),
            Term(
                "reproduced with deviation",
                "It misses the rule, but meets a looser one that stands there too.",
            ),
            Term("not reproduced", "It meets neither."),
            Term(
                "not testable here",
                "Nothing could be measured, for a reason that the claim's page gives.",
            ),
            Term(
                "rule",
                "When a claim counts as reproduced. It is code, and says itself in words; the page"
                " says whether it was written before its numbers were seen.",
            ),
            Term(
                "published, predicted, threshold",
                "What an estimate is held against: a number that a paper prints, one that its"
                " theory predicts, or a limit of our own where the paper says “close” or “small”.",
            ),
            Term(
                "interval",
                "Where the estimate would probably lie if everything were drawn anew: 95 % unless"
                " said otherwise. Most are bootstrap intervals over runs, networks or pairs.",
            ),
            Term("n", "From how many runs, networks, points or pairs a number is made."),
            Term("post hoc", "Looked at after the numbers were known; a hint, not a test."),
            Term(
                "substitute",
                "A network or images that stand in for those of the paper, which cannot be had.",
            ),
        ),
    ),
    Subject(
        "Feature compression",
        (
            Term("d", "The number of inputs of a network, such as the pixels of an image."),
            Term("x, e, ‖e‖", "An input, a change of it, and that change's Euclidean length."),
            Term(
                "least perturbation",
                "The shortest change of an input that changes the network's answer.",
            ),
            Term(
                "found, certified",
                "An attack finds a perturbation, which the least one cannot be longer than; a"
                " certificate proves a length that the least one cannot be shorter than.",
            ),
            Term(
                "logit gap g",
                "The output of the right class minus that of another one; the answer changes where"
                " it changes its sign. ∇g is its gradient with respect to the input.",
            ),
            Term(
                "feature a",
                "The direction in which the classes really differ: from an input to its"
                " counterpart of the other class.",
            ),
            Term(
                "cos θ",
                "The cosine of the angle between the gap's gradient and the feature: the share of"
                " the feature that the network sees. Feature compression means that |cos θ| is"
                " small.",
            ),
            Term(
                "cos θ1, cos θ2",
                "Of a linear network: the cosine of its probing vector with the feature, and with"
                " the direction that Theorem 6 says it learns. Their signs depend only on how the"
                " classes are numbered.",
            ),
            Term(
                "probing vector",
                "The vector that a linear network multiplies its input with; of any network, the"
                " gap's gradient.",
            ),
            Term("φ", "The compression that Theorem 6 predicts for |cos θ1|, from the data alone."),
            Term("ρ", "|cos θ| of a ReLU network, at points between two corners of a cube."),
            Term(
                "valid, accurate",
                "A run whose network answers all training points rightly after training.",
            ),
            Term("aligned", "A valid run with |cos θ2| > 0.9."),
            Term(
                "half",
                "Half the distance between the two inputs of a pair: how far one may move before it"
                " is nearer to the other, which is what a perfect classifier tolerates.",
            ),
            Term(
                "D̃",
                "The length that [FC] predicts for the perturbation from what the network sees"
                " along the whole path to the other image. ‖e‖ only goes to the boundary.",
            ),
            Term("D̃ flip", "The same, counted along the path only up to the boundary."),
            Term(
                "pair, in the box",
                "A pair attack has to reach the other image's class; in the box, every pixel stays"
                " between black and white.",
            ),
            Term("γ, α", "A place on the path between two inputs: 0 at the first, 1 at the other."),
            Term(
                "blocked image",
                "A seven of which a rectangle is covered until the network takes it for a one.",
            ),
        ),
    ),
    Subject(
        "Growth with input dimension",
        (
            Term("L, ∂L", "The loss, cross-entropy, and its gradient with respect to the input."),
            Term(
                "E‖∂L‖₁, E‖∂L‖₂",
                "The average, over images, of the sum of that gradient's entries' sizes, and of its"
                " Euclidean length.",
            ),
            Term("ε", "The size of an attack: how much each input, or the whole, may change."),
            Term(
                "first order",
                "What one expects of the loss if its gradient stayed the same: a rise of ε‖∂L‖₁.",
            ),
            Term("vulnerability", "By how much an attack of a given size lowers the accuracy."),
            Term(
                "penalty, augmentation",
                "Two ways to train a robust network: to add the gradient's norm to the loss, or to"
                " train on attacked images.",
            ),
            Term(
                "exponent of d",
                "The slope in a double logarithmic plot: −1/2 says that a quantity falls as 1/√d.",
            ),
        ),
    ),
)
