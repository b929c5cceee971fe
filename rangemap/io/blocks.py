"""Packaged files of compressed blocks, of which a view reads only a few.

The first line is JSON: what is known about the whole file, and under ``blocks`` the size of each
block by its key. The blocks follow in this order, each deflated ASCII text.
`data/scripts/blocks.py` writes the files.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any

from rangemap.errors import DocumentError
from rangemap.io.packaged import data_file


class Blocks:
    """A packaged file of blocks.

    Parameters
    ----------
    name : str
        Its name in ``data/``.
    """

    def __init__(self, name: str) -> None:
        self._path = data_file(name)
        with self._path.open("rb") as file:
            head = file.readline()
        try:
            self.about: dict[str, Any] = json.loads(head)
            sizes: dict[str, int] = self.about["blocks"]
        except (ValueError, KeyError) as error:
            raise DocumentError(f"{self._path}: is not complete; reinstall rangemap") from error
        ends = accumulate(sizes.values(), initial=len(head))
        self._places = dict(zip(sizes, zip(ends, sizes.values(), strict=False), strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def read(self, key: str) -> str:
        """Return the text of a block; empty if there is none."""
        if key not in self._places:
            return ""
        start, size = self._places[key]
        with self._path.open("rb") as file:
            file.seek(start)
            content = file.read(size)
        try:
            return zlib.decompress(content).decode("ascii")
        except zlib.error as error:
            raise DocumentError(f"{self._path}: is not complete; reinstall rangemap") from error


@cache
def open_blocks(name: str) -> Blocks:
    """Return a packaged file of blocks; its index is read once."""
    return Blocks(name)
