"""Selections: the pairs of origin and system, and the sites, that a scenario names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from rangemap.catalogue import Catalogue, Publishers, System, with_credits_in_order
from rangemap.catalogue.bands import AS_TYPED
from rangemap.errors import Refusals, UsageError
from rangemap.limits import MOST_PAIRS
from rangemap.names import match_key
from rangemap.places import Registry
from rangemap.scenario.naming import PlaceNames, default_title, place_names
from rangemap.scenario.origins import NO_MINIMUM, Origin, country_origin, find_origin
from rangemap.scenario.pairs import Pair, combinations, explain_combinations, join_pairs
from rangemap.scenario.requests import PairRequest, PlaceRequest, split_label
from rangemap.scenario.systems import (
    SystemFinder,
    candidates,
    claim_filter,
    find_systems,
    found_only,
    unique_systems,
)
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
    ``sort`` is the requested order of the sites for each origin and system, and
    ``nearest`` how many of them are wanted.
    ``panels`` are the maps of a picture with several; its own pairs are those of all of them.
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
    sort: str | None = None
    nearest: int | None = None
    look: Look = DEFAULT_LOOK
    publishers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    omissions: tuple[str, ...] = ()
    panels: tuple[Selection, ...] = ()
    origins: tuple[Origin, ...] = field(init=False)
    systems: tuple[System, ...] = field(init=False)
    _place_names: list[PlaceNames] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "origins", tuple(dict.fromkeys(p.origin for p in self.pairs)))
        object.__setattr__(self, "systems", tuple(dict.fromkeys(p.system for p in self.pairs)))

    @property
    def order(self) -> str:
        """The order of the sites: as requested, otherwise as given or, if none are, nearest first."""
        return self.sort or ("given" if self.sites_requested else "distance")

    @property
    def is_sorted(self) -> bool:
        """Whether the sites have another order than the one given."""
        return self.order != "given"

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
        """The names of its origins and sites on maps, in its language; found once."""
        if not self._place_names:
            self._place_names.append(place_names(self.origins, self.sites, self.language))
        return self._place_names[0]

    @property
    def cited_systems(self) -> tuple[System, ...]:
        """The systems without repeats under other labels, which have the same sources."""
        looks: dict[System, list[System]] = {}
        for system in self.systems:
            looks.setdefault(system.plain, []).append(system)
        return tuple(found[0] if len(found) == 1 else plain for plain, found in looks.items())

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
            panels=tuple(panel.credited(publishers) for panel in self.panels),
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
    _require_enough(values, more_origins)
    refusals, notes = Refusals(), list[str]()
    finder_of_places = _OriginFinder(registry, notes.append)
    typed = refusals.each(finder_of_places.find, values.origins)
    areas = refusals.each(country_origin, values.from_countries)
    origins = tuple(_unique([*typed, *more_origins, *areas]))
    omissions: list[str] = []
    counted = claim_filter(values, publishers)
    finder = SystemFinder(catalogue, counted, prefer=values.prefer)
    systems = find_systems(values, finder, omissions.append, refusals, lenient=lenient)

    def pair_of(request: PairRequest) -> Pair:
        return Pair(finder_of_places.find(request.place), finder.of_pair(request))

    own = list(
        found_only(pair_of, values.pairs, omissions.append)
        if lenient
        else refusals.each(pair_of, values.pairs)
    )
    every = [*systems, *dict.fromkeys(pair.system for pair in own)]
    if values.prefer is not None and not any(system.band.preferred for system in every):
        omissions.append(
            f"no selected weapon has a claim by {values.prefer!r}; headlines are medians"
        )
    placed = _unique([*origins, *(pair.origin for pair in own)])
    notes += [f"origin {origin.name}: {origin.note}" for origin in placed if origin.note]
    if any(origin.area for origin in placed) and any(s.band.minimum for s in every):
        notes.append(NO_MINIMUM)
    notes += counted.notes(candidates(every))
    notes += omissions
    source = _sites(values, registry, site_source, notes.append, refusals)
    refusals.raise_any()
    if not systems and not own:
        raise UsageError("the categories contain no weapon with a published range; choose others")
    combined = combinations(origins, unique_systems(systems))
    if explained := explain_combinations(combined):
        notes.append(explained)
    return Selection(
        typed_title=values.title,
        subtitle=values.subtitle,
        credit=values.credit,
        date=values.date,
        units=values.units,
        pairs=join_pairs(combined, own),
        source=source,
        sites_requested=site_source is not None or values.sites is not None,
        sort=values.sort,
        nearest=values.nearest,
        look=look_of(values),
        notes=tuple(dict.fromkeys(notes)),
        omissions=tuple(dict.fromkeys(omissions)),
    )


def _require_enough(values: ScenarioValues, more_origins: Sequence[Origin]) -> None:
    """Refuse origins without a weapon or range, weapons and ranges without an origin, and neither."""
    if len(values.pairs) > MOST_PAIRS:
        raise UsageError(
            f"{len(values.pairs):,} pairs; expected at most {MOST_PAIRS:,}; split them into several maps"
        )
    has_origins = bool(values.origins or values.from_countries or more_origins)
    has_systems = bool(values.weapons or values.categories or values.ranges)
    if not has_origins and (has_systems or not values.pairs):
        raise UsageError(
            "no origin; name one with --from PLACE, --from-country NAME or `origins:` in the scenario"
        )
    if not has_systems and (has_origins or not values.pairs):
        raise UsageError(
            "no weapon and no range; name one with --weapon, --category or --range,"
            " or under `weapons:` in the scenario"
        )


class _OriginFinder:
    """Finds the origin of each different PLACE once."""

    def __init__(self, registry: Registry, note: Callable[[str], None]) -> None:
        self._registry, self._note = registry, note
        self._known: dict[str | PlaceRequest, Origin] = {}

    def find(self, place: str | PlaceRequest | Origin) -> Origin:
        if isinstance(place, Origin):
            return place
        if place not in self._known:
            named = split_label(place, lambda text: self._registry.get(text) is not None)
            self._known[place] = find_origin(
                named.place, self._registry, label=named.label, note=self._note
            )
        return self._known[place]


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
        parts = refusals.each(lambda place: _site(place, registry, note), names)
        return TableSites("sites", reduce(SiteTable.joined, parts, SiteTable.of_places([])))
    if names is None:
        return source
    return TableSites(source.name, _selected(source.table(), names, refusals))


def _site(place: str | PlaceRequest, registry: Registry, note: Callable[[str], None]) -> SiteTable:
    named = split_label(place, lambda text: registry.get(text) is not None)
    found = find_site(named.place, registry, note=note)
    return found if named.label is None else replace(found, names=(named.label,))


def _selected(
    table: SiteTable, places: Sequence[str | PlaceRequest], refusals: Refusals
) -> SiteTable:
    """Return the rows of a file that are named, with the labels that they are given."""
    rows: dict[str, list[int]] = {}
    for index, names in enumerate(zip(table.names, table.ids, strict=True)):
        for key in {match_key(word) for word in names}:
            rows.setdefault(key, []).append(index)

    def row(place: str | PlaceRequest) -> tuple[int, str | None]:
        named = split_label(place, lambda text: match_key(text) in rows)
        found = rows.get(match_key(named.place), [])
        if len(found) != 1:
            problem = "is not" if not found else f"is {len(found)} times"
            raise UsageError(
                f"site {named.place!r} {problem} in the sites file; give the id of one"
            )
        return found[0], named.label

    chosen = refusals.each(row, places)
    taken = table.take([index for index, _ in chosen])
    labels = [label for _, label in chosen]
    shown = tuple(label or name for label, name in zip(labels, taken.names, strict=True))
    return replace(taken, names=shown)


def _unique(origins: Iterable[Origin]) -> Iterable[Origin]:
    """Drop repeated origins; two different places with the same name are both kept."""
    return dict.fromkeys(origins)
