"""Anyone's own model and pairs, measured from Python and from the command line."""
