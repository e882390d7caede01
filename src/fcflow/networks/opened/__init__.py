"""Trained classifiers of any source as functions of pixels; no weights are unpickled."""
