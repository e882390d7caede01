"""Words of the first paper, [FC]: compression and least perturbations."""

from fcflow.paper.words.term import Term, term

COMPRESSION: tuple[Term, ...] = (
    term(
        "gap",
        "logit gap g",
        "The output for the right class minus the output for the other class of a pair. A network"
        " changes sides where it is zero.",
        "[FC] §5",
        r"logit gap|\bgaps?\b|\bg\(|g/‖∇g‖|∇g",
    ),
    term(
        "cos",
        "cos θ",
        "The cosine of the angle between the direction that a network looks at, the gradient of its"
        " logit gap, and the direction that tells the classes apart. Small |cos θ| means that the"
        " network sees little of that direction: it is compressed.",
        "[FC] §5",
        r"cos θ(?!\d)|cos θ_γ",
    ),
    term(
        "margin",
        "widest margin",
        "The flat boundary between both classes that is farthest from either: where training a"
        " linear network for ever would arrive. Its |cos θ1| is φ or more.",
        pattern=r"widest margin",
    ),
    term(
        "cos1",
        "cos θ1",
        "cos θ at the point itself, where the direction that a network looks at may change along"
        " the way: the cosine of the angle between the gradient of its logit gap and the feature a."
        " Of a linear network that gradient is the probing vector W1 − W2 everywhere.",
        "[FC] §6",
        r"cos θ[1₁]",
    ),
    term(
        "probing",
        "probing vector",
        "The direction that an output of a linear network looks along, its weights: W1 and W2 of"
        " the two logits, W1 − W2 of their gap, which decides the answer. cos θ1 is about"
        " W1 − W2, cos θ2 about W1; Theorem 5 has one for each class.",
        "[FC] §2, §6",
        r"probing vectors?|(?<!\w)W[12](?!\w)",
    ),
    term(
        "cos2",
        "cos θ2",
        "The cosine of the angle between a linear network's weights W1 and the last row of A⁻¹,"
        " which are parallel in the network that Theorem 6 assumes.",
        "[FC] §6",
        r"cos θ[2₂]",
    ),
    term(
        "phi",
        "φ",
        "The compression that Theorem 6 predicts from the data alone: |R_dd|/‖a‖, where A = QR. It"
        " is"
        " of the order of 1/√d.",
        "[FC] §6",
        "φ",
    ),
    term(
        "meanphi",
        "E φ",
        "The mean of φ over all matrices of one dimension d with Gaussian entries, known exactly:"
        " about √(2/(π d)). “At the average φ” is what networks would have on matrices of that φ;"
        " an average over a table's own networks is over the matrices that these have.",
        pattern=r"(?<!\w)(?-i:E φ)|\b(?:the|at) average φ",
    ),
    term(
        "feature",
        "feature a",
        "The direction that tells the two classes of the hypercube apart: the last column of the"
        " random matrix A. Points are A z with z of ones and minus ones, whose last entry is the"
        " class.",
        "[FC] §4",
        r"‖a‖|feature a\b|2‖a‖",
    ),
    term(
        "rho",
        "ρ",
        "|cos θ| of a network that is not linear, at a point of the segment between two points that"
        " differ in the class alone; ρ₂ is the same for the plane of both logits' gradients.",
        "[FC] §6",
        "ρ",
    ),
    term(
        "e",
        "‖e‖",
        "The length of the least perturbation e that changes a network's answer; found by an"
        " attack,"
        " so that the true one may be shorter, unless it is called certified or exact. In a"
        " theorem's table it is the perturbation of the theorem's proof.",
        "[FC] §1",
        r"‖e‖|least perturbations?",
    ),
    term(
        "half",
        "half the distance",
        "‖x1 − x2‖/2, half of what lies between the two inputs of a pair: what a classifier that"
        " looks at their difference alone would tolerate. ‖e‖ over it is the robustness ratio.",
        "[FC] §6",
        r"\bhalf\b",
    ),
    term(
        "dtilde",
        "D̃",
        "D̃ measures the whole path to the other image; ‖e‖ only the part up to the boundary. It is"
        " the change of the logit gap over the gradient's length at the first image.",
        "[FC] §6",
        "D̃(?! to the boundary|_)",
    ),
    term(
        "dflip",
        "D̃ to the boundary",
        "The logit gap over its gradient's length at the first image: how far the boundary would be"
        " if the gap fell at the same rate all the way.",
        pattern=r"D̃ to the boundary|D̃_flip",
    ),
    term(
        "integral",
        "D",
        "The integral of the gradient's component along the path between two inputs, which equals"
        " the change of the logit gap.",
        "[FC] §5",
        r"path integrals?|(?-i:\|D −|(?<!\w)D(?= is)|^D$)",
    ),
    term(
        "gamma",
        "γ",
        "The place on the straight path between two inputs: 0 at the first, 1 at the second.",
        "[FC] §6",
        "γ",
    ),
    term(
        "scale",
        "column scale",
        "The factor by which every column of the random matrix but the last is multiplied: 5 in the"
        " paper.",
        "[FC] §6",
        r"column scale|columns ×",
    ),
    term(
        "pair",
        "pair",
        "Two inputs of different classes: a seven and the same seven with a part blocked out, which"
        " the network takes for a one; or a photograph and the nearest photograph of another"
        " class.",
        pattern=r"\bpairs?\b(?! of (?:α|logits))",
    ),
    term(
        "argmax",
        "any other answer",
        "The perturbed image only has to be given another class, whichever it is.",
    ),
    term(
        "factors",
        "four factors",
        "‖e‖ over half the distance is exactly the product of four numbers: compression along the"
        " path (the average of cos θ, weighted by the gradient's length), evenness (the gradient's"
        " average length over that at the first input), place of the boundary (1 where it lies half"
        " way) and curvature (1 where the gap falls at the same rate up to the boundary).",
        pattern=r"four factors|place of the boundary|boundary's place",
    ),
    term(
        "evenness",
        "evenness, N̄/N(0)",
        "How even the gradient of the logit gap is along the path: its average length N̄ over its"
        " length N(0) at the first input. 1 where it does not change; one of the four factors.",
        pattern=r"evenness|N̄/N\(0\)",
    ),
    term(
        "chance",
        "random direction",
        "A direction that has nothing to do with another one: |cos| of the angle between both is"
        " √(2/(π d)) on average.",
    ),
    term(
        "qr",
        "triangular factor R",
        "In A = Q R, where Q's columns are orthonormal and R is zero below its diagonal.",
        "[FC] Lemma 3",
        r"triangular factors?|\bQR\b|\|?R_dd\|?",
    ),
    term(
        "epsilonmove",
        "ε",
        "How far a point is moved, or how large an attack is: small, or going to zero.",
        pattern=r"(?<!\w)ε(?![\w_])",
    ),
)
