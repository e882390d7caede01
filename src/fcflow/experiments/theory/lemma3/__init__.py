"""Lemma 3: the QR decomposition of products of Gaussian matrices ([FC] §2)."""
