"""The Python interface: `rangemap.Scenario` and the functions that need no scenario."""
