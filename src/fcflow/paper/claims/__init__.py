"""The ledger: every claim of the paper, what was measured, and the verdict.

Claims stand in ``abstract``, ``theorems``, ``linear``, ``relu`` and ``images``, in the order of the
paper: each is one small function from the tables that it reads to a finding, with its statement and
the rule of its verdict above it.
"""
