"""Sevens that turn into ones when a block of them is blacked out (Tables 5, 6, Figure 3)."""
