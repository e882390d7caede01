"""How much of a feature a classifier looks at, at a point and along a path ([FC] §5).

Import from the modules: ``direction`` needs only numpy, the others need torch.
"""
