"""Charts: one function each, a tidy table in, a figure out."""
