"""The search of least perturbations beside what others use instead: quality against cost.

``data`` and ``networks`` say which classifiers are attacked, ``training`` makes them, ``attacks``
says what attacks them, ``measurement`` counts what that takes and looks at what came of it, and
``table`` and ``goals`` compare.
"""
