"""Verbs on the world, one file for each phase of a month."""
