"""Diagnostics: the self-test of distances, and the versions that a result depends on."""
