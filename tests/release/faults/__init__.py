"""Faults injected into writing calls: `make faults` runs all of them, the test suite a sample."""
