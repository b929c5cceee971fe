"""Tests of the page's JavaScript without a browser: payload types, and pure functions in node."""
