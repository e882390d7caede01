"""Lemma 2: the lower tail of χ²_d against its bound ([FC] §2)."""
