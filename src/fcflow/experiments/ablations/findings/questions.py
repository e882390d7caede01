"""The open questions, and what would change our mind about each answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from fcflow.experiments.ablations.architecture import seen as architecture
from fcflow.experiments.ablations.architecture.tables import STUDIES as ARCHITECTURES
from fcflow.experiments.ablations.certified import seen as certified
from fcflow.experiments.ablations.data import seen as data
from fcflow.experiments.ablations.data.tables import STUDIES as DATA
from fcflow.experiments.ablations.explanations import seen as explanations
from fcflow.experiments.ablations.robust import seen as robust
from fcflow.experiments.ablations.robust.changes import STUDY as ROBUST
from fcflow.experiments.ablations.training import seen as training
from fcflow.experiments.ablations.training.tables import STUDY as TRAINING


@dataclass(frozen=True)
class Question:
    """A question that the papers leave open.

    Attributes
    ----------
    room : str
        The folder that answers it, and what its table and figure are called after.
    words : str
        The question.
    seen : callable
        From the table's rows to the answer in words.
    if_held, if_not : str
        What would change our mind where the claim held, and where it did not.
    studies : sequence of str
        Those that answer it; all where none is named.
    """

    room: str
    words: str
    seen: Callable[[pd.DataFrame], str]
    if_held: str
    if_not: str
    studies: Sequence[str] = ()

    @property
    def claim(self) -> str:
        """The id of the claim that decides it."""
        return f"question-{self.room}"

    @property
    def shown(self) -> str:
        """The name of its table and its figure."""
        return f"ablations_{self.room}"


QUESTIONS = (
    Question(
        "data",
        "Does |cos θ1| ≈ φ need Gaussian data?",
        data.seen,
        "A distribution of A's entries, or of points, on which linear networks that classify fresh"
        " points look in a direction that is off φ by 0.1 or more on average.",
        "Longer training that brings linear networks of the same matrices to within 0.05 of φ: then"
        " it was not the data, but that training had not ended.",
        studies=DATA,
    ),
    Question(
        "training",
        "When in training does compression come about?",
        training.seen,
        "Networks of another size or task that classify fresh points and whose |cos θ1| has never"
        " been larger than at the end.",
        "More networks, or checkpoints between ours: that |cos θ1| falls by 0.05 or more from its"
        " largest to the end is not beyond doubt here.",
        studies=(TRAINING,),
    ),
    Question(
        "architecture",
        "Does compression depend on depth, width and activation?",
        architecture.seen,
        "An architecture that classifies fresh points and is off φ by 0.1 or more on average.",
        "Training, of whatever length, that brings these architectures to within 0.05 of φ on the"
        " same matrices; or a theory of classifiers that are not linear whose φ they follow.",
        studies=[*ARCHITECTURES],
    ),
    Question(
        "robust",
        "Does training that makes networks robust undo compression?",
        robust.seen,
        "A training that lengthens ‖e‖ as much without turning the gradient towards the feature.",
        "Stronger or longer robust training of networks that classify fresh points, for which"
        " |cos θ1| and ‖e‖ grow by the same share.",
        studies=(ROBUST,),
    ),
    Question(
        "explanations",
        "Which explanation predicts the least perturbation of networks held out?",
        explanations.seen,
        "A kind of network for which ‖e‖ is not what |cos θ1|‖a‖ predicts, by more than the spread"
        " of those here.",
        "Points or tasks on which the boundary lies in the middle between classes: where it does"
        " not, |cos θ1| alone cannot tell ‖e‖.",
    ),
    Question(
        "certified",
        "How much of the least perturbation found is proved?",
        certified.seen,
        "An attack that finds shorter perturbations than those proved to be needed: it would show"
        " an error in the proofs.",
        "More effort on the bounds (`certified_effort`), or an attack that finds shorter ones: the"
        " truth lies in between.",
    ),
)
