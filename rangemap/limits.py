"""Limits of the input: far above real use, and low enough to bound time and memory.

Each limit is enforced where the input is read, with a one-line error that names the limit and how
to fix it. Files of sites that are read in chunks have no size limit, only a limit per row.
"""

from __future__ import annotations

from typing import Final

_MIB: Final = 2**20

# -- bytes ----------------------------------------------------------------------------------------

LARGEST_FILE: Final = 512 * _MIB
"""Bytes of a file that is read into memory, unpacked, unless another limit applies."""

LARGEST_HAND_WRITTEN: Final = 64 * _MIB
"""Bytes of a catalogue, registry, scenario, style or file of decisions."""

LARGEST_IMPORT: Final = 64 * _MIB
"""Bytes of a file that is imported, of a KML, GPX or workbook, and of each member of an archive."""

LARGEST_UNPACKED: Final = 4 * LARGEST_IMPORT
"""Bytes of all members of an archive (zip, KMZ, workbook), of the text in a Parquet
table, and of the text in one chunk of a Parquet file."""

HIGHEST_RATIO: Final = 200
"""Largest ratio of unpacked to packed size of an archive, applied above `LEAST_UNPACKED`."""

LEAST_UNPACKED: Final = _MIB

MOST_MEMBERS: Final = 1000
"""Members of an archive."""

LARGEST_LOGO: Final = 100_000
"""Bytes of a logo, which is embedded in every page."""

LARGEST_EXTRACT: Final = 4096 * _MIB
"""Bytes of a local base map (GeoPackage, GeoParquet), of which the part in the map is read."""

LARGEST_EXTRACT_JSON: Final = 128 * _MIB
"""Bytes of a local base map in GeoJSON, which is read as a whole."""

MOST_EXTRACT_MEMORY: Final = 2048 * _MIB
"""Bytes of address space of the process that reads a local base map."""

LARGEST_EXTRACT_ANSWER: Final = 16 * _MIB
"""Bytes of what that process returns."""

MOST_EXTRACT_SECONDS: Final = 60
"""Seconds that it may take, of CPU time and on the clock."""

# -- structure ------------------------------------------------------------------------------------

DEEPEST: Final = 32
"""Levels of nesting in YAML and JSON."""

DEEPEST_XML: Final = 200
"""Levels of nesting in KML and GPX."""

MOST_VALUES: Final = 1_000_000
"""Values and keys in a hand-written file: about a hundred times the built-in catalogue."""

MOST_JSON_VALUES: Final = 10_000_000
"""Values in a GeoJSON file or a JSON list of sites."""

MOST_XML_ELEMENTS: Final = 4_000_000
"""Elements of a KML or GPX file."""

MOST_ROWS: Final = 2_000_000
"""Rows of a table that is read into memory or imported."""

MOST_LINES: Final = 5 * MOST_ROWS
"""Lines of delimited text that is read into memory, including blank ones and those in quotes."""

MOST_COLUMNS: Final = 2_000
"""Columns of a table, or different keys of a file's features."""

MOST_CELLS: Final = 50_000_000
"""Rows times columns of a table that is read into memory or imported."""

MOST_PAIRS: Final = 100_000
"""Pairs of an origin with a weapon or range, in a scenario and its files of origins."""

MOST_PANELS: Final = 12
"""Panels of a picture: with more, each is too small to read."""

MOST_EXTRACT_FEATURES: Final = 500_000
"""Features of a local base map in the area of a map."""

MOST_EXTRACT_VERTICES: Final = 10_000_000
"""Vertices of these features."""

MOST_FINDINGS: Final = 1_000
"""Errors reported for one file; the rest are only counted."""

MOST_SHEET_ROWS: Final = 1_048_576
"""Rows of a workbook's sheet that are read: the maximum of Excel."""

MOST_SHEET_CELLS: Final = 10_000_000
"""Cells of a sheet that are read, including empty ones."""

# -- text -----------------------------------------------------------------------------------------

LONGEST_LINE: Final = 16 * _MIB
"""Characters of a line of delimited text, or bytes of a row if it is read in chunks."""

LONGEST_YAML_LINE: Final = _MIB
"""Characters of a line of YAML: up to this is always accepted, twice as many never."""

LONGEST_FIELD: Final = 131_072
"""Characters of one field of delimited text."""

LONGEST_TEXT: Final = 2_000
"""Characters of a name, title, note or address in hand-written files, and of an imported cell."""

LONGEST_SLUG: Final = 100
"""Characters of an id."""

LONGEST_ARGUMENT: Final = 4_096
"""Characters of one command-line argument, which is the longest path on Linux."""

LONGEST_PLACE: Final = 200
"""Characters of a PLACE."""

LONGEST_POSITION: Final = 100
"""Characters of a position."""

LONGEST_RANGE: Final = 200
"""Characters of a range."""

LONGEST_FIGURE: Final = 20
"""Characters of a figure with its separators."""

LONGEST_JSON_NUMBER: Final = 100
"""Digits of a whole number in JSON."""

LONGEST_SHOWN: Final = 200
"""Characters of a value shown in an error message."""


def quoted(value: object) -> str:
    """Return a value as shown in error messages: whole, or its beginning and its length.

    Examples
    --------
    >>> quoted("abc"), quoted("a" * 1000)[-23:]
    ("'abc'", "... (1,000 characters)")
    """
    text = value if isinstance(value, str) else repr(value)
    if len(text) <= LONGEST_SHOWN:
        return repr(value)
    cut = text[:LONGEST_SHOWN]
    beginning = repr(cut) if isinstance(value, str) else cut
    return f"{beginning}... ({len(text):,} characters)"
