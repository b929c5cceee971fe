"""Encoded rows, kept in temporary files until all chunks are done."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from rangemap.check.job import Segment
from rangemap.io.files import output_errors


class Spool:
    """A file in which one process keeps encoded rows."""

    def __init__(self, folder: str) -> None:
        handle, self._name = tempfile.mkstemp(dir=folder)
        os.close(handle)

    def write(self, encoder: int, ring: int, content: bytes) -> Segment:
        """Append rows and return where they are."""
        # Errors name the parent folder, because this one is deleted.
        with output_errors(Path(self._name).parent.parent), Path(self._name).open("ab") as file:
            segment = Segment(encoder, ring, self._name, file.tell(), len(content))
            file.write(content)
        return segment


def read_segments(segments: Iterable[Segment]) -> Iterator[bytes]:
    """Yield the rows of segments, ordered by ring and then as given."""
    ordered = sorted(segments, key=lambda segment: segment.ring)
    with ExitStack() as opened:
        files = {
            name: opened.enter_context(Path(name).open("rb"))
            for name in {segment.file for segment in ordered}
        }
        for segment in ordered:
            files[segment.file].seek(segment.start)
            yield files[segment.file].read(segment.length)
