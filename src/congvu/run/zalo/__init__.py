"""A double of Zalo's platform, for tests and the demonstration."""
