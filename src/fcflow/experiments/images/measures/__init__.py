"""Further quantities of a pair and its path; each is a file that the configuration can name."""
