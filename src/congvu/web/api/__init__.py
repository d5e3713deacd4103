"""api: the front of machines."""
