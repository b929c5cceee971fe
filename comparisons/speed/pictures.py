"""Time the example as PNG, SVG and PDF: the whole command and its steps."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rangemap as rm
from rangemap.render.outputs import MapFiles

ROUNDS = 3
EXAMPLE = Path(__file__).parents[2] / "maps" / "iraq-2024.yaml"
COMMAND = "from rangemap.cli.app import main; main()"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        names = [
            word for suffix in ("png", "svg", "pdf") for word in ("-o", f"{folder}/x.{suffix}")
        ]
        words = [sys.executable, "-c", COMMAND, "map", str(EXAMPLE), *names]
        seconds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            subprocess.run(words, check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
        sizes = {path.name: path.stat().st_size // 1000 for path in sorted(Path(folder).iterdir())}
    print(f"the command with PNG, SVG and PDF: {min(seconds):.2f} s (goal: 4 s)")
    print("  " + ", ".join(f"{name} {size} kB" for name, size in sizes.items()))
    selection = rm.Scenario.read(EXAMPLE).select()
    for _ in range(2):  # the second time, matplotlib and the base map are already loaded
        parts = {}
        files = MapFiles(selection)
        start = time.perf_counter()
        picture = files.picture
        parts["drawing"] = time.perf_counter() - start
        for suffix in (".png", ".svg", ".pdf"):
            start = time.perf_counter()
            picture.to_bytes(suffix)
            parts[suffix] = time.perf_counter() - start
    print("  " + ", ".join(f"{name} {part:.2f} s" for name, part in parts.items()))


if __name__ == "__main__":
    main()
