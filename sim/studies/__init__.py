"""Experiments with published answers that validate the parts of the simulator."""

from sim.studies.entry import free_entry

__all__ = ["free_entry"]
