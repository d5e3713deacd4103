"""Roads between agencies."""
