"""Charts: a tidy table in, a figure out."""
