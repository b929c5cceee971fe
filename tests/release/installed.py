"""The package as users install it, without any extra; `make package` runs this.

The wheel is built from the sdist and its requirements are downloaded; after that, no network is
used: the wheel is installed into an empty environment and every command runs in an empty folder
with an empty HOME, if possible in a network namespace without connections.
"""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from packaging.metadata import Metadata

from tests.commands import REFUSED, SESSION, write_session_files

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = ["unshare", "--net", "--map-root-user"]


def build(folder: Path) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*command, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        # Python 3.11.2, Debian's, has no filters yet; later versions require one.
        archive.extractall(
            folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {})
        )
    source = folder / sdist.name.removesuffix(".tar.gz")
    subprocess.run([*command, "-t", "wheel"], cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return source, wheel


def metadata_of(wheel: Path) -> Metadata:
    """Return the wheel's metadata, with every field checked against its specification."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Metadata.from_email(archive.read(name), validate=True)


def install(wheel: Path, folder: Path) -> Path:
    """Install into an empty environment without a network; return the command."""
    wheelhouse, environment = folder / "wheelhouse", folder / "environment"
    pip = ["-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, *pip, "download", "-d", wheelhouse, wheel], check=True)
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    offline = ["install", "--no-index", "--find-links", wheelhouse, "rangemap"]
    subprocess.run([*without_network(), python, *pip, *offline], check=True)
    return environment / "bin" / "rangemap"


def without_network() -> list[str]:
    """Return a command prefix that disables the network, if that is permitted here."""
    tried = subprocess.run([*NO_NETWORK, "true"], check=False, capture_output=True)
    return NO_NETWORK if tried.returncode == 0 else []


def wrong(command: Path, folder: Path) -> list[str]:
    """Run every command, and return the unexpected results."""
    here, home = folder / "here", folder / "home"
    here.mkdir()
    home.mkdir()
    write_session_files(here)
    found = []
    for each in (*SESSION, *REFUSED):
        done = subprocess.run(
            [*without_network(), command, *each.words], cwd=here, text=True, check=False,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "error"},
            capture_output=True, timeout=120,
        )  # fmt: skip
        last = done.stderr.strip().rpartition("\n")[2]
        if each.extra:
            good = done.returncode == 1 and f'pip install "rangemap[{each.extra}]"' in last
        else:
            made = all((here / name).exists() for name in each.writes)
            good = done.returncode == 0 and made
        print(f"{'ok' if good else 'WRONG':6}rangemap {each.line()}")
        if not good or "Traceback" in done.stderr or "Warning" in done.stderr:
            found.append(f"rangemap {each.line()}: exit {done.returncode}\n{done.stderr}")
    if any(home.iterdir()):
        found.append(f"HOME is no longer empty: {sorted(home.iterdir())}")
    return found


def main() -> None:
    """Build, install and run; exit with status 1 and a list of failures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, wheel = build(folder)
        print(f"{source.name}: {wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB, "
              f"metadata {metadata_of(wheel).metadata_version}, "
              f"{'no network' if without_network() else 'network not cut off'}")  # fmt: skip
        if found := wrong(install(wheel, folder), folder):
            sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
