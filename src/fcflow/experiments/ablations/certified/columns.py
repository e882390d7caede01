"""The columns of the table of what is proved."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("certified shares of perturbations found")
