"""Logits and gradients of any torch classifier, and the checks of what is passed in."""
