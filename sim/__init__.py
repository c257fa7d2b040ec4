"""The simulator of the market for mega models."""
