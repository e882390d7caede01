"""How inputs are paired: an entry a file."""
