"""The columns of the table of training that makes networks robust."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("compression under robust training")
