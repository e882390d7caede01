"""Networks for MNIST, and sevens that turn into ones when their upper left stroke is blocked ([FC] §6)."""
