"""One dataset of the built-in data, and one of a catalogue with awkward text, for all tests."""

from pathlib import Path

import pytest

from rangemap.catalogue import Catalogue, Claim, ClaimKind, Source, Weapon, read_catalogue
from rangemap.catalogue import read_publishers as publishers
from rangemap.io.folders import write_folder
from rangemap.places import read_registry
from rangemap.render.dataset import dataset_files
from rangemap.wording.quantities import parse_range

AWKWARD = (
    "=1+1", "'=1+1", "''@x", "-5", "'-5", "+x", "@x", "'Noor'", "a;b", "a; b", r"a\;b", "\\",
    'a "b", c', " x ", "a,b", "true", "null", "1,200", "＝x", "عين", "2024", "#x", "x | y",
)  # fmt: skip


def awkward() -> Catalogue:
    """A catalogue in which every text is one that a careless writer or reader would change."""
    weapons = []
    for number, text in enumerate(AWKWARD):
        source = Source(
            publisher=text, title=text, corrected_title=text, url="https://a.org/?q=%3D,;", date="2024-05",
            date_note=text, archived="https://b.org/;x",
        )  # fmt: skip
        claims = (
            Claim(
                id="a", range=parse_range("between 62 and 124.5 mi (min 1 nmi)"), variant=text,
                attributed_to=text, wording=text, note=text, source=source, checked="2024",
                first_seen="2023-01-02", doubtful=True, retracted="2025",
            ),
            Claim(id="b", kind=ClaimKind.WARHEAD, warhead=text, source=Source(publisher=text)),
            Claim(id="c", range=parse_range("about 0.6 km"), source=Source(publisher="P")),
        )  # fmt: skip
        weapons.append(
            Weapon(
                id=f"w-{number}", name=text, aliases=AWKWARD[:number], country=(text, "X"),
                operators=(text,), category=text, category_note=text, default_variant=text,
                note=text, claims=claims,
            )
        )  # fmt: skip
    return Catalogue(tuple(weapons), "awkward.yaml", "=2")


@pytest.fixture(scope="session")
def dataset(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "built-in"
    write_folder(folder, dataset_files(read_catalogue(), read_registry(None), publishers()))
    return folder


@pytest.fixture(scope="session")
def awkward_dataset(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "awkward"
    write_folder(folder, dataset_files(awkward(), read_registry(None), publishers()))
    return folder
