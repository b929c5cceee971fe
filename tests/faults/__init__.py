"""Faults put into the calls that write: `make faults` runs all of them, the suite a sample."""
