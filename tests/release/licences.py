"""The licences of everything that is installed; `python -m tests.release.licences` lists them."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

# SPDX names, and what packages without a licence expression write instead. "BSD" is the classifier
# that does not specify which.
PERMITTED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip
PERMITTED_FOR_TESTS = PERMITTED | {"GPL-2.0-or-later", "LGPL"}  # used, not distributed
OTHER_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Packages without machine-readable licence metadata, looked up in their content.
BY_HAND = {
    "axe-playwright-python": "MIT",
    "docutils": "0BSD AND BSD-2-Clause",  # and public domain; its one file under the GPL is not in the wheel
    "mgrs": "MIT",  # its classifier is BSD, its licence file MIT
    "pypandoc-binary": "MIT AND GPL-2.0-or-later",  # itself, and the bundled pandoc
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "xstatic-leaflet": "BSD-2-Clause",  # "(same as Leaflet)"
}


class Licensed(NamedTuple):
    group: str
    name: str
    version: str
    licence: str


def licence_of(found: Distribution) -> str:
    """Return a package's licence as an SPDX expression, or an empty string if it states none."""
    metadata = found.metadata
    by_hand = BY_HAND.get(canonicalize_name(metadata["Name"]))
    if by_hand or metadata.get("License-Expression"):
        return by_hand or metadata["License-Expression"]
    written = (metadata.get("License") or "").strip()
    written = OTHER_NAMES.get(written, written)
    if written in PERMITTED_FOR_TESTS:
        return written
    classifiers = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or []
                   if line.startswith("License :: ")]  # fmt: skip
    return " AND ".join(OTHER_NAMES.get(name, name) for name in classifiers)


def is_permitted(licence: str, permitted: Iterable[str] = frozenset(PERMITTED)) -> bool:
    """Whether an expression grants what is needed: all of an AND, one of an OR."""
    choices = [re.split(r" AND ", choice) for choice in licence.split(" OR ")]
    return any(all(name in permitted for name in names) for names in choices)


def required(requirements: Iterable[str], seen: set[str]) -> Iterator[Distribution]:
    """Yield the packages that requirements install, each once and none already seen."""
    todo = [(Requirement(text), "") for text in requirements]
    while todo:
        wanted, extra = todo.pop(0)
        name = canonicalize_name(wanted.name)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
            continue
        found = distribution(name)
        for more in {"", *wanted.extras}:
            if (key := f"{name}[{more}]") not in seen:
                seen.add(key)
                todo += [(Requirement(text), more) for text in found.requires or []]
                if not more:
                    yield found


def licences() -> list[Licensed]:
    """Return all packages: those of the core, then those of extras, then those of tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    groups = {
        "core": project["project"]["dependencies"],
        **{f"extra {name}": extras[name] for name in sorted(extras)},
        "tests": [*project["dependency-groups"]["build"], *project["dependency-groups"]["dev"]],
    }
    seen: set[str] = set()
    return [
        Licensed(group, found.metadata["Name"], found.version, licence_of(found))
        for group, requirements in groups.items()
        for found in sorted(required(requirements, seen), key=lambda one: one.metadata["Name"].lower())
    ]  # fmt: skip


def refused(found: Iterable[Licensed]) -> list[Licensed]:
    """Return the packages whose licence is unknown or not permitted."""
    return [
        one for one in found
        if not is_permitted(one.licence, PERMITTED_FOR_TESTS if one.group == "tests" else PERMITTED)
    ]  # fmt: skip


def main() -> None:
    """Print the table; exit status 1 if a licence is unknown or not permitted."""
    try:
        found = licences()
    except PackageNotFoundError as error:
        sys.exit(f"licences: {error}; run `make licences`, which installs everything first")
    for one in found:
        print(f"{one.group:16}{one.name:28}{one.version:24}{one.licence or 'unknown'}")
    if bad := refused(found):
        sys.exit("; ".join(f"{one.name}: licence {one.licence or 'unknown'!r}" for one in bad))


if __name__ == "__main__":
    main()
