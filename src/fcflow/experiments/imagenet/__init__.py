"""A trained network on real images ([FC] §6, Tables 7 and 8, Figures 4 to 6)."""
