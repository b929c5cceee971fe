"""What input is held to: far above what people have, and low enough to end quickly in bounded memory.

Each limit is enforced where its input is read, by one line that names the limit and the way out.
Files of sites that are read piece by piece have no limit of size, only one of a row.
"""

from __future__ import annotations

from typing import Final

_MIB: Final = 2**20

# -- bytes ----------------------------------------------------------------------------------------

LARGEST_FILE: Final = 512 * _MIB
"""Bytes of a file that is held in memory, unpacked: files of sites, and what has no limit of its own."""

LARGEST_HAND_WRITTEN: Final = 64 * _MIB
"""Bytes of a catalogue, registry, scenario, style or file of decisions."""

LARGEST_IMPORT: Final = 64 * _MIB
"""Bytes of a file that is imported, and of each member of an archive."""

LARGEST_UNPACKED: Final = 4 * LARGEST_IMPORT
"""Bytes of all members of an archive (KMZ, workbook, zipped shapefile), of a Parquet table's texts,
and of the texts in one piece of a Parquet file."""

HIGHEST_RATIO: Final = 200
"""Times its size that an archive may unpack to, once that is more than `LEAST_UNPACKED`."""

LEAST_UNPACKED: Final = _MIB

MOST_MEMBERS: Final = 1000
"""Members of an archive."""

LARGEST_LOGO: Final = 100_000
"""Bytes of a logo: it lies in every page."""

# -- structure ------------------------------------------------------------------------------------

DEEPEST: Final = 32
"""Levels of nesting in YAML and JSON."""

DEEPEST_XML: Final = 200
"""Levels of nesting in KML."""

MOST_VALUES: Final = 1_000_000
"""Values and keys in a file that people write: some hundred times the built-in catalogue."""

MOST_JSON_VALUES: Final = 10_000_000
"""Values in a GeoJSON file of sites."""

MOST_XML_ELEMENTS: Final = 4_000_000
"""Elements of a KML file."""

MOST_ROWS: Final = 2_000_000
"""Rows of a table that is held in memory or imported."""

MOST_LINES: Final = 5 * MOST_ROWS
"""Lines of delimited text that is held in memory, blank ones and those within quotes among them."""

MOST_COLUMNS: Final = 2_000
"""Columns of a table, or different keys of a file's features."""

MOST_CELLS: Final = 50_000_000
"""Rows times columns of a table that is held in memory or imported."""

MOST_FINDINGS: Final = 1_000
"""Errors told of one file: what follows is counted."""

MOST_SHEET_ROWS: Final = 1_048_576
"""Rows of a workbook's sheet that are looked at: as many as Excel has."""

MOST_SHEET_CELLS: Final = 10_000_000
"""Cells of a sheet that are looked at, empty ones among them."""

# -- texts ----------------------------------------------------------------------------------------

LONGEST_LINE: Final = 16 * _MIB
"""Characters of a line of delimited text; of one that is read piece by piece, bytes of a row."""

LONGEST_YAML_LINE: Final = _MIB
"""Characters of a line of YAML that are always read; twice as many never are."""

LONGEST_FIELD: Final = 131_072
"""Characters of one field of delimited text."""

LONGEST_TEXT: Final = 2_000
"""Characters of a name, title, note or address in what people write, and of a cell that is imported."""

LONGEST_SLUG: Final = 100
"""Characters of an id."""

LONGEST_WORD: Final = 4_096
"""Characters of one word of the command line: no name of a file is longer."""

LONGEST_PLACE: Final = 200
"""Characters of what is typed as a PLACE."""

LONGEST_POSITION: Final = 100
"""Characters of a position."""

LONGEST_RANGE: Final = 200
"""Characters of a range."""

LONGEST_FIGURE: Final = 20
"""Characters of a figure with its separators."""

LONGEST_JSON_NUMBER: Final = 100
"""Digits of a whole number in JSON."""

LONGEST_SHOWN: Final = 200
"""Characters of a value that a refusal shows."""


def quoted(value: object) -> str:
    """Return a value as a refusal shows it: whole, or its beginning and how long it is.

    Examples
    --------
    >>> quoted("abc"), quoted("a" * 1000)[-23:]
    ("'abc'", "... (1,000 characters)")
    """
    text = value if isinstance(value, str) else repr(value)
    if len(text) <= LONGEST_SHOWN:
        return repr(value)
    cut = text[:LONGEST_SHOWN]
    told = repr(cut) if isinstance(value, str) else cut
    return f"{told}... ({len(text):,} characters)"
