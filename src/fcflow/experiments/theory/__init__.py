"""The theorems by simulation, Figure 1, and section 5's identity: one folder a statement."""
