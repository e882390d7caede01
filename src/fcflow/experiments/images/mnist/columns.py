"""The table of how MNIST's networks were trained: one row an epoch."""

from fcflow.artifacts.schema import declare, flag, integer, real

TRAINING = declare(
    "mnist training",
    "train_mnist",
    {
        "network": integer(0),
        "seed": integer(0),
        "epoch": integer(1),
        "learning_rate": real(0),
        "train_loss": real(0),
        "train_accuracy": real(0, 1),
        "test_loss": real(0),
        "test_accuracy": real(0, 1),
        "train_images": integer(1),
        "test_images": integer(1),
        "at_chance": flag(),
    },
)
