"""Models as others write them, made ready to be measured and searched."""
