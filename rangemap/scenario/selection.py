"""Selections: the pairs of origin and system, and the sites, that a scenario names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from rangemap.catalogue import Catalogue, Publishers, System, with_credits_in_order
from rangemap.catalogue.bands import AS_TYPED
from rangemap.errors import Refusals, UsageError
from rangemap.names import match_key
from rangemap.places import Registry
from rangemap.scenario.naming import PlaceNames, default_title, place_names
from rangemap.scenario.origins import Origin, find_origin
from rangemap.scenario.pairs import Pair, combinations
from rangemap.scenario.systems import candidates, claim_filter, find_systems, unique_systems
from rangemap.scenario.values import DEFAULT_LOOK, Look, ScenarioValues, look_of
from rangemap.sites import SiteTable
from rangemap.sites.source import SiteSource, TableSites
from rangemap.sites.typed import find_site
from rangemap.wording.language import Language, read_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a scenario selects; rings and verdicts are made for exactly its pairs.

    The pairs of an origin follow each other. ``origins`` and ``systems`` are the different ones
    in the pairs, in their order.
    The sites are read from ``source``, whole as ``sites`` or in chunks.
    ``sites_requested`` is False if they are the whole registry by default.
    ``typed_title`` is the title that the user gave, if any; ``date`` may lack day and month.
    ``publishers`` are those of its claims, in the order in which they are credited.
    ``notes`` are lines about the result, and ``omissions`` those of them about what it leaves out.
    """

    typed_title: str | None
    subtitle: str | None
    credit: str | None
    units: str
    pairs: tuple[Pair, ...]
    source: SiteSource
    sites_requested: bool = False
    date: str | None = None
    look: Look = DEFAULT_LOOK
    publishers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    omissions: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = field(init=False)
    systems: tuple[System, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "origins", tuple(dict.fromkeys(p.origin for p in self.pairs)))
        object.__setattr__(self, "systems", tuple(dict.fromkeys(p.system for p in self.pairs)))

    @property
    def language(self) -> Language:
        """The language of its outputs for people."""
        return read_language(self.look.lang)

    @property
    def title(self) -> str:
        """The title as typed, otherwise `default_title`."""
        if self.typed_title:
            return self.typed_title
        return default_title(self.pairs, self.language)

    @property
    def place_names(self) -> PlaceNames:
        """The names of its origins and sites on maps, in its language."""
        return place_names(self.origins, self.sites, self.language)

    @property
    def sites(self) -> SiteTable:
        """All sites as a table, read when it is first asked for."""
        return self.source.table()

    @property
    def edition(self) -> str:
        """The catalogue files of the figures; empty if all ranges were given directly."""
        return " + ".join(dict.fromkeys(s.edition for s in self.systems if s.edition))

    @property
    def basis(self) -> str:
        """The catalogue files, and the conditions on their claims."""
        return " + ".join(dict.fromkeys(s.basis for s in self.systems if s.basis))

    def credited(self, publishers: Publishers) -> Selection:
        """Return the same selection with its claims and publishers in the order of credits."""
        ordered = {system: with_credits_in_order(system, publishers) for system in self.systems}
        bands = [system.band for system in self.systems]
        claims = (claim for band in bands for claim in band.claims)
        names = publishers.credited(c for c in claims if c.source.publisher != AS_TYPED)
        # Who is named on a ring is named below the map as well, whatever its kind.
        drawn = [name for name in names if any(name == band.preferred for band in bands)]
        return replace(
            self,
            pairs=tuple(pair._replace(system=ordered[pair.system]) for pair in self.pairs),
            publishers=tuple(dict.fromkeys([*drawn, *names])),
        )


def select(
    values: ScenarioValues,
    catalogue: Catalogue,
    registry: Registry,
    *,
    site_source: SiteSource | None = None,
    more_origins: Sequence[Origin] = (),
    publishers: Publishers | None = None,
    lenient: bool = False,
) -> Selection:
    """Resolve the names in a scenario.

    Parameters
    ----------
    values : ScenarioValues
        The scenario; the files that it names have been read by the caller.
    catalogue, registry : Catalogue, Registry
        Where names are looked up.
    site_source : SiteSource, optional
        Sites from a file or table, used instead of the registry.
    more_origins : sequence of Origin
        Origins from a file, which follow those named in the scenario.
    publishers : Publishers, optional
        The list of publishers, for ``source_kinds`` and ``no_state_media``.
    lenient : bool, default False
        Whether to skip a named weapon that does not exist or has nothing to draw, as in
        categories, instead of refusing it.

    Returns
    -------
    Selection
        Origins, systems and sites, each in the order given, and notes about them.

    Raises
    ------
    UsageError
        If there is no origin, or no weapon and no range.
    RangemapError
        If a name is unknown or ambiguous, or a weapon has nothing to draw: one line for each,
        of the most specific class shared by all of them.
    """
    if not values.origins and not more_origins:
        raise UsageError("no origin; name one with --from PLACE or `origins:` in the scenario")
    if not (values.weapons or values.categories or values.ranges):
        raise UsageError(
            "no weapon and no range; name one with --weapon, --category or --range,"
            " or under `weapons:` in the scenario"
        )
    refusals, notes = Refusals(), list[str]()

    def origin_of(place: str | Origin) -> Origin:
        return (
            place if isinstance(place, Origin) else find_origin(place, registry, note=notes.append)
        )

    typed = refusals.each(origin_of, values.origins)
    origins = tuple(_unique([*typed, *more_origins]))
    notes += [f"origin {origin.name}: {origin.note}" for origin in origins if origin.note]
    omissions: list[str] = []
    counted = claim_filter(values, publishers)
    systems = find_systems(values, catalogue, counted, omissions.append, refusals, lenient=lenient)
    notes += counted.notes(candidates(systems))
    notes += omissions
    source = _sites(values, registry, site_source, notes.append, refusals)
    refusals.raise_any()
    if not systems:
        raise UsageError("the categories contain no weapon with a published range; choose others")
    return Selection(
        typed_title=values.title,
        subtitle=values.subtitle,
        credit=values.credit,
        date=values.date,
        units=values.units,
        pairs=combinations(origins, unique_systems(systems)),
        source=source,
        sites_requested=site_source is not None or values.sites is not None,
        look=look_of(values),
        notes=tuple(dict.fromkeys(notes)),
        omissions=tuple(dict.fromkeys(omissions)),
    )


def _sites(
    values: ScenarioValues,
    registry: Registry,
    source: SiteSource | None,
    note: Callable[[str], None],
    refusals: Refusals,
) -> SiteSource:
    names = values.sites if isinstance(values.sites, tuple) else None
    if source is None:
        if names is None:
            return TableSites("sites", SiteTable.of_places(registry.places))
        parts = refusals.each(lambda name: find_site(name, registry, note=note), names)
        return TableSites("sites", reduce(SiteTable.joined, parts, SiteTable.of_places([])))
    if names is None:
        return source
    table = source.table()
    return TableSites(source.name, table.take(refusals.each(lambda name: _row(name, table), names)))


def _row(name: str, table: SiteTable) -> int:
    key = match_key(name)
    found = [
        index
        for index, names in enumerate(zip(table.names, table.ids, strict=True))
        if key in {match_key(word) for word in names}
    ]
    if len(found) != 1:
        problem = "is not" if not found else f"is {len(found)} times"
        raise UsageError(f"site {name!r} {problem} in the sites file; give the id of one")
    return found[0]


def _unique(origins: Iterable[Origin]) -> Iterable[Origin]:
    """Drop repeated origins; two different places with the same name are both kept."""
    return dict.fromkeys(origins)
