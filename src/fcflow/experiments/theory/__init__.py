"""The theorems and lemmas by simulation, Figure 1, and section 5's identity."""
