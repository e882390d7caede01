"""Trained classifiers of any source as functions of pixels: a function in a file, timm, torchvision
and exported programs. Weights are never unpickled.
"""
