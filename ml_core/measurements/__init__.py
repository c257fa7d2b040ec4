"""The rows that the full preset measured, shipped with the package."""
