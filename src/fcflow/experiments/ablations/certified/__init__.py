"""How much of the length that attacks find is proved to be needed."""
