"""Questions about agencies, people and calendars, for a stated date."""
