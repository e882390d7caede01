"""The phases of the search for least perturbations, each a function of the search's state."""
