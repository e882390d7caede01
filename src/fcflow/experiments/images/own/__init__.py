"""Anyone's own model, data and pairs: a section of the configuration with a name of one's own."""
