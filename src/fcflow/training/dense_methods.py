"""The names of the ways to train dense networks; they need no PyTorch."""

from typing import Literal, get_args

DenseMethod = Literal["plain", "weight_decay", "penalty", "augmentation", "adversarial"]
DENSE_METHODS: tuple[DenseMethod, ...] = get_args(DenseMethod)
DenseOptimiser = Literal["adam", "sgd"]
DENSE_OPTIMISERS: tuple[DenseOptimiser, ...] = get_args(DenseOptimiser)
