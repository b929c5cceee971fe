"""Outputs: one module for each kind."""
