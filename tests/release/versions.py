"""`make versions`: the same bytes and the important tests on each Python, side by side.

`python -m tests.release.versions PYTHON...` makes an environment for each, with the pinned packages;
`python -m tests.release.versions chunks` compares the results for large files with different chunk sizes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.release.digests import digest

ROOT = Path(__file__).resolve().parents[2]
_TESTS = (
    "tests/geodesy", "tests/catalogue/test_catalogue.py", "tests/check/test_check.py", "tests/cli/test_cli.py",
    "tests/io/test_documents.py", "tests/promises/test_faults.py", "tests/check/test_kernel.py",
    "tests/places/test_positions.py", "tests/wording/test_quantities.py", "tests/check/test_stream.py",
    "tests/check/test_verdicts.py", "rangemap",
)  # fmt: skip
_ASKED = "import sys; print('.'.join(map(str, sys.version_info[:2])))"


def environment(python: str) -> tuple[str, Path]:
    """Return the version of a Python and the interpreter of an environment made with it."""
    done = subprocess.run([python, "-c", _ASKED], capture_output=True, text=True, check=True)
    version = done.stdout.strip()
    folder = ROOT / f".venv-{version}"
    inside, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        pip = [str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        pinned = ["--require-hashes", "--requirement", "constraints.txt"]
        own = ["--no-deps", "--no-build-isolation", "--editable", "."]
        for command in ([python, "-m", "venv", "--clear", str(folder)], [*pip, *pinned], [*pip, *own]):  # fmt: skip
            subprocess.run(command, cwd=ROOT, check=True)
        ready.touch()
    return version, inside


def chunks() -> int:
    """Check a file in chunks of three sizes, with one, two and eight processes."""
    found = set()
    with tempfile.TemporaryDirectory() as folder_:
        folder = Path(folder_)
        rows = (f"S{n},{n * 7919 % 180 - 90},{n * 104729 % 360 - 180},{n}" for n in range(300_000))
        (folder / "s.csv").write_text("\n".join(["name,lat,lon,tiv", *rows]), "utf-8")
        for chunk_rows in (1_000, 64_000, 1_000_000):
            for workers in (1, 2, 8):
                for suffix in (".csv", ".json", ".parquet"):
                    words = ["--sites", "s.csv", "--rejects", "r.csv", "-o", f"x{suffix}", "--workers", str(workers)]  # fmt: skip
                    script = (
                        "import rangemap.cli.stream as stream\n"
                        "from rangemap.cli.app import main\n"
                        "if __name__ == '__main__':\n"
                        f"    stream.CHUNK_ROWS = {chunk_rows}\n"
                        "    main()\n"
                    )
                    (folder / "do.py").write_text(script, "utf-8")
                    ring = ["check", "--from", "33.3,44.4", "--range", "Near=150-3000 km", "--only", "inside"]  # fmt: skip
                    subprocess.run(
                        [sys.executable, "do.py", *ring, *words], cwd=folder, check=True, capture_output=True,
                    )  # fmt: skip
                    found.add((suffix, digest(folder / f"x{suffix}")))
    print(f"27 runs in chunks: {len(found)} different files in 3 formats")
    return int(len(found) != 3)


def main() -> int:
    """Compare the output on each Python; return 1 if any byte differs or a test fails."""
    found: dict[str, dict[str, str]] = {}
    failed = []
    for version, python in map(environment, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            command = [str(python), "-m", "tests.release.digests", folder]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found[version] = json.loads(done.stdout)
        tests = subprocess.run(
            [str(python), "-m", "pytest", "-q", "-n", "2", *_TESTS], cwd=ROOT, check=False
        )
        if tests.returncode:
            failed.append(version)
        print(f"Python {version}: {len(found[version])} digests", flush=True)
    (first, usual), *others = found.items()
    differing = [
        f"{name}: Python {version} and {first} differ"
        for version, digests in others
        for name in usual | digests
        if usual.get(name) != digests.get(name)
    ]
    print(
        "\n".join(differing)
        or f"{len(usual)} files and outputs are identical on {', '.join(found)}"
    )
    print(f"tests failed on {', '.join(failed)}" if failed else "no test failed")
    return int(bool(differing or failed))


if __name__ == "__main__":
    sys.exit(chunks() if sys.argv[1:] == ["chunks"] else main())
