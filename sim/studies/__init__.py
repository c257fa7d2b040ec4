"""Experiments with published answers that validate the parts of the simulator."""
