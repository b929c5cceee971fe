"""Scenarios: what to draw and check.

`keys` is the one table of keys, `file` reads scenario files, `origins` has the centres of
rings, `selection` resolves the names in a scenario, and `read` the files that it names.
"""
