"""The columns of the table of architectures."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("compression by architecture")
