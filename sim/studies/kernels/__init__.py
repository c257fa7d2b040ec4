"""Compiled loops of the studies; `sim.compiled` loads them."""
