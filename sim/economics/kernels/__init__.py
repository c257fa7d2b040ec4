"""Compiled sums over customer types; `sim.compiled` loads them, the plain formulas are their test."""
