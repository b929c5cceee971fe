"""Fixtures of the tests of importing."""

import pytest


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table of sites and returns its path."""

    def write(*lines: str):
        path = tmp_path / "s.csv"
        path.write_text("\n".join((*lines, "")), "utf-8")
        return path

    return write
