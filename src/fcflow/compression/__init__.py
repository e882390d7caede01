"""How much of a feature a classifier looks at ([FC] §5): at a point and along a path between two inputs.

Import from the modules: ``direction`` needs only numpy, the others need torch.
"""
