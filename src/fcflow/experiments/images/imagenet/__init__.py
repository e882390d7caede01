"""Real images and the closest ones of other classes (Tables 7 and 8, Figures 4 to 6)."""
