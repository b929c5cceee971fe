"""Scenarios: what to draw and check.

`keys` is the one table of keys, `values` their values, `file` reads scenario files. `origins` has
the centres of rings, `systems` the weapons and ranges, and `pairs` which of them go together.
`selection` resolves the names in a scenario, and `read` the files that it names.
"""
