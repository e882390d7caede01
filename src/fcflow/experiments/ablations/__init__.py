"""What the papers leave open: one thing about data, network or training is changed at a time."""
