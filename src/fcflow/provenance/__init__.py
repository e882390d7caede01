"""What a result was made by, so that exactly the results that a change reaches are made again."""
