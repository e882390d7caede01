"""The columns of the table of explanations."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("explanations of ‖e‖ on networks held out")
