"""Whether training that makes networks robust undoes compression, and at what price."""
