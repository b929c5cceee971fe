"""A process of its own in which an extract is read, with limits on memory, time and files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Any, Final

from rangemap.errors import DocumentError
from rangemap.io.documents import parse_json
from rangemap.limits import (
    LARGEST_EXTRACT_ANSWER,
    MOST_EXTRACT_MEMORY,
    MOST_EXTRACT_SECONDS,
    quoted,
)

# Threads have address space of their own, which counts.
_ENVIRONMENT: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "GDAL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_ADVICE: Final = "cut it to the area of the map (docs/basemaps.md)"


def read_in_process(request: dict[str, Any]) -> dict[str, Any]:
    """Return what `rangemap.render.extract.reading.read` returns, from a process with limits.

    Raises
    ------
    DocumentError
        If a file is refused, or cannot be read within the limits.
    """
    name = ", ".join(request["names"].values())
    command = [
        sys.executable,
        "-P",
        "-c",
        _START,
        str(MOST_EXTRACT_MEMORY),
        str(MOST_EXTRACT_SECONDS),
    ]
    with subprocess.Popen(  # noqa: S603  our own program, with the file's name in its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT},
    ) as process:
        timer = Timer(MOST_EXTRACT_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            content = _exchanged(process, json.dumps(request).encode())
        finally:
            timer.cancel()
            process.kill()
    return _checked(content, name)


# The limits are set before anything large is imported. Files cannot be written at all.
_START: Final = """
import sys
try:
    import resource
except ImportError:
    pass
else:
    for kind, most in (("AS", int(sys.argv[1])), ("CPU", int(sys.argv[2])), ("FSIZE", 0), ("CORE", 0)):
        number = getattr(resource, "RLIMIT_" + kind)
        soft, hard = resource.getrlimit(number)
        resource.setrlimit(number, (most if soft < 0 else min(most, soft), hard))
from rangemap.render.extract.reading import main
main()
"""


def _exchanged(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """Send the request, and return the answer; the process may end at any time."""
    if process.stdin is None or process.stdout is None:  # they are pipes
        return b""
    try:
        process.stdin.write(request)
        process.stdin.close()
    except OSError:
        return b""
    return process.stdout.read(LARGEST_EXTRACT_ANSWER + 1)


def _checked(content: bytes, name: str) -> dict[str, Any]:
    """Return the answer as a dictionary, or raise the error that it reports."""
    if not content or len(content) > LARGEST_EXTRACT_ANSWER:
        raise DocumentError(
            f"{name}: could not be read within {MOST_EXTRACT_SECONDS} seconds and"
            f" {MOST_EXTRACT_MEMORY // 2**20:,} MiB; {_ADVICE}"
        )
    answer: dict[str, Any] = parse_json(content.decode("utf-8"), name=name).content
    if "memory" in answer:
        raise DocumentError(
            f"{name}: needs more than {MOST_EXTRACT_MEMORY // 2**20:,} MiB; {_ADVICE}"
        )
    if "error" in answer:
        raise DocumentError(str(answer["error"]))
    return answer


def refuse_suffix(paths: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse files in other formats, by their names."""
    for path in paths:
        if path.suffix.lower() not in suffixes:
            raise DocumentError(
                f"{path}: format {quoted(path.suffix)} is not supported; expected"
                f" {', '.join(suffixes)}"
            )
