"""The smallest perturbation that changes a classifier's answer."""
