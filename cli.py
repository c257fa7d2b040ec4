"""The terminal door: commands and nothing else."""


def main() -> None:
    """Entry point."""
