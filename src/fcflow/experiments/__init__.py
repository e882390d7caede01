"""The papers' experiments, stage by stage: what a step computes from the artifacts of the steps before it."""
