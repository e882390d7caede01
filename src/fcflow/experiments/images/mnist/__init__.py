"""Sevens that turn into ones when their upper left stroke is blocked (Tables 5, 6, Figure 3)."""
