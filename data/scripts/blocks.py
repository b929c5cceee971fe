"""Write a file of compressed blocks with an index, as `rangemap.io.blocks` reads it."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_blocks(path: Path, about: Mapping[str, Any], blocks: Mapping[str, str]) -> int:
    """Write the file and return its size: a line of JSON with the index, then the blocks."""
    packed = {key: zlib.compress(text.encode("ascii"), 9) for key, text in sorted(blocks.items())}
    index = {key: len(content) for key, content in packed.items()}
    head = json.dumps({**about, "blocks": index}, separators=(",", ":")).encode("ascii") + b"\n"
    content = head + b"".join(packed.values())
    path.write_bytes(content)
    return len(content)
