"""Sizes of tensors as an exported program writes them: arithmetic of whole numbers and symbols.

SymPy's reader evaluates what it is given as Python with all of its builtins, so that an expression
is looked at by its syntax tree first.
"""

import ast
import re

_FUNCTIONS = {
    *("Symbol", "Integer", "Rational", "Add", "Mul", "Pow", "Mod", "FloorDiv"),
    *("ModularIndexing", "Max", "Min", "Eq", "Ne", "floor", "ceiling"),
    *("PythonMod", "CleanDiv", "CeilDiv", "IntTrueDiv", "ToFloat", "TruncToInt"),
}
_SYMBOL = re.compile(r"[suz]\d{1,9}")
_ASSUMED = {"positive", "integer", "nonnegative", "negative", "real", "evaluate"}
_LONGEST = 1000
_LARGEST_POWER = 8
_PARTS = (
    *(ast.Expression, ast.Call, ast.Name, ast.Load, ast.keyword, ast.Constant),
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.operator, ast.unaryop, ast.cmpop),
    *(ast.boolop,),
)


def is_size(text: object) -> bool:
    """Tell whether a text is an expression of sizes and nothing else.

    Examples
    --------
    >>> is_size("2*Symbol('s31', positive=True, integer=True) + 1"), is_size("(eval)('1')")
    (True, False)
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return False
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {id(node.func) for node in calls}
    symbols = {
        id(node.args[0])
        for node in calls
        if isinstance(node.func, ast.Name) and node.func.id == "Symbol" and node.args
    }
    return all(_fits(node, called, symbols) for node in ast.walk(tree))


def _fits(node: ast.AST, called: set[int], symbols: set[int]) -> bool:
    if not isinstance(node, _PARTS):
        return False
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS
    if isinstance(node, ast.keyword):
        return node.arg in _ASSUMED and isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Name):
        return id(node) in called or _SYMBOL.fullmatch(node.id) is not None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        power = node.right
        whole = isinstance(power, ast.Constant) and isinstance(power.value, int)
        return whole and abs(power.value) <= _LARGEST_POWER  # type: ignore[attr-defined]
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return id(node) in symbols and _SYMBOL.fullmatch(node.value) is not None
        return isinstance(node.value, int | float | bool)
    return True
