"""Text for LaTeX: special characters escaped, Greek letters and symbols as mathematics.

What is written is plain ASCII, so that every engine reads it alike.
"""

import re
import unicodedata

from fcflow.paper.notation import runs

_ESCAPED = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "[": "{[}", "]": "{]}", "*": "{*}",  # else arguments of a line's end before them
    "–": "--", "—": "---", "…": r"\ldots{}", "’": "'", "‘": "`", "“": "``", "”": "''",
    '"': "''", "\N{NO-BREAK SPACE}": "~", "§": r"\S{}", "ß": r"\ss{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "æ": r"\ae{}", "å": r"\aa{}",
}  # fmt: skip
_MATHS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "Δ": r"\Delta",
    "ε": r"\varepsilon", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "Σ": r"\Sigma", "φ": r"\varphi", "χ": r"\chi",
    "ψ": r"\psi", "ω": r"\omega", "ℓ": r"\ell", "∇": r"\nabla", "∂": r"\partial",
    "∞": r"\infty", "‖": r"\|", "|": "|", "√": r"\surd", "≥": r"\ge", "≤": r"\le", "<": "<",
    ">": ">", "≠": r"\ne", "≈": r"\approx", "∝": r"\propto", "±": r"\pm", "−": "-",
    "·": r"\cdot", "×": r"\times", "→": r"\to", "⟨": r"\langle", "⟩": r"\rangle",
    "½": r"\frac{1}{2}", "∠": r"\angle", "∫": r"\int", "∈": r"\in", "ᵀ": r"^{T}", "²": "^{2}",
    "✓": r"\surd", "✗": r"\times",
}  # fmt: skip
_ACCENTS_OF_TEXT = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0308": '"',
    "\u030a": "r", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
_ACCENTS_OF_SYMBOLS = {
    "\u0303": r"\tilde", "\u0304": r"\bar", "\u0302": r"\hat", "\u0305": r"\bar",
}  # fmt: skip

_ROOT = re.compile(r"√(?:\(([^()√]*)\)|([A-Za-z0-9]))")
_COMMAND_BEFORE_LETTER = re.compile(r"(\\[A-Za-z]+)\$\$(?=[A-Za-z])")


def latex(text: str) -> str:
    r"""Return text for LaTeX, in ASCII; it needs no package.

    A character that LaTeX has no command for here is written by its code point.

    Examples
    --------
    >>> latex("50 % of φ"), latex("ε_p = −0.5")
    ('50 \\% of $\\varphi$', '$\\varepsilon_{p}$ = $-$0.5')
    """
    pieces = []
    for place, piece in runs(text):
        inner = _line(piece)
        if place:
            mark = "_" if place == "sub" else "^"
            inner = f"${mark}{{{_index(piece)}}}$"
        pieces.append(inner)
    # Neighbouring formulas are one: an index sits closer to its symbol.
    return _COMMAND_BEFORE_LETTER.sub(r"\1 ", "".join(pieces)).replace("$$", "")


def _line(text: str) -> str:
    """Return text without indices; what a root covers goes under its bar."""
    pieces, done = [], 0
    for root in _ROOT.finditer(text):
        pieces.append(_letters(text[done : root.start()]))
        pieces.append(rf"$\sqrt{{{_index(root[1] or root[2])}}}$")
        done = root.end()
    return "".join([*pieces, _letters(text[done:])])


def _letters(text: str) -> str:
    result: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.combining(letter) and result:
            _accent(result, letter)
        elif letter in _ESCAPED:
            result.append(_ESCAPED[letter])
        elif letter in _MATHS:
            result.append(f"${_MATHS[letter]}$")
        elif letter.isascii():
            result.append(letter)
        else:
            result.append(_composed(letter))
    return "".join(result)


def _index(text: str) -> str:
    """Return a subscript or power, which is mathematics already."""
    letters = []
    for letter in text:
        if letter in _MATHS:
            command = _MATHS[letter]
            letters.append(f"{command} " if command[-1].isalpha() else command)
        elif letter.isascii() and letter not in _ESCAPED:
            letters.append(letter)
        else:
            letters.append(rf"\mbox{{{_line(letter)}}}")
    return "".join(letters).strip()


def _accent(result: list[str], accent: str) -> None:
    """Put an accent on the last letter: on a symbol such as D̃ as mathematics."""
    if accent in _ACCENTS_OF_SYMBOLS:
        base = result.pop().strip("$ ")
        result.append(f"${_ACCENTS_OF_SYMBOLS[accent]}{{{base}}}$")
    elif accent in _ACCENTS_OF_TEXT:
        result.append(rf"\{_ACCENTS_OF_TEXT[accent]}{{{result.pop()}}}")


def _composed(letter: str) -> str:
    """Return a letter with accents, or a code point where there is no command."""
    parts = unicodedata.normalize("NFD", letter)
    base, accents = parts[0], parts[1:]
    if base.isascii() and accents and all(accent in _ACCENTS_OF_TEXT for accent in accents):
        for accent in accents:
            base = rf"\{_ACCENTS_OF_TEXT[accent]}{{{base}}}"
        return base
    return f"{{[}}U+{ord(letter):04X}{{]}}"
