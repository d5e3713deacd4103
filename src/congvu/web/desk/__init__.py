"""desk: the front of the officials. A page module asks one question or gives one order."""
