"""Results on disk: their declared contents, and how they are written and checked."""
