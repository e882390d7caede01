"""The columns of the table of compression during training."""

from fcflow.experiments.theory.columns import estimates

TABLE = estimates("compression by step of training")
