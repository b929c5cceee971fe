"""`rangemap weapons list --thin`: the weapons for which another source helps most, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rangemap.cli.console import print_message
from rangemap.cli.listing import sort_rows
from rangemap.cli.options import Format, print_rows

if TYPE_CHECKING:
    from rangemap.catalogue import Catalogue, Weapon

THIN_COLUMNS = ("id", "name", "category", "claims", "independent_sources", "newest", "thin")


def print_thin(
    weapons: "Sequence[Weapon]",
    catalogue: "Catalogue",
    years: int,
    sort: str | None,
    format_: Format,
) -> None:
    """Print those of some weapons that have little published evidence, and the rule.

    A claim is old if it was published more than ``years`` before the newest one of the
    catalogue.
    """
    from rangemap.catalogue import read_publishers
    from rangemap.catalogue.evidence import (
        FEWEST_SOURCES,
        evidence_for,
        newest_day,
        years_before,
    )

    newest = newest_day(catalogue.weapons)
    old_before = None if newest is None else years_before(newest, years)
    rows: list[tuple[Any, ...]] = []
    for weapon in weapons:
        found = evidence_for(weapon, read_publishers())
        reasons = "; ".join(found.weak_points(old_before=old_before))
        if reasons:
            rows.append(
                (
                    weapon.id,
                    weapon.name,
                    weapon.category,
                    found.claims,
                    found.sources,
                    found.newest,
                    reasons,
                )
            )
    sort_rows(rows, THIN_COLUMNS, sort)
    print_rows(THIN_COLUMNS, rows, format_)
    old = "" if old_before is None else f" nothing from {old_before} or later,"
    print_message(
        f"{len(rows)} of {len(weapons)} weapons have little published evidence: fewer than"
        f" {FEWEST_SOURCES} independent sources,{old} or publishers of one kind only. Only claims that can"
        " be drawn count. This says where another source helps, not which figure is right."
    )
