"""The columns of the table of data that are not Gaussian."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("compression by data")
