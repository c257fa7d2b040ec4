"""The scenarios that come with the simulator."""
