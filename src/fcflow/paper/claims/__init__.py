"""The ledger: every claim of the paper, what was measured, and the verdict.

Claims stand beside what decides them, in the experiments' modules ``claims``: each is one small
function from the tables that it reads to what was measured, with its statement and the rule of its
verdict above it.
"""
