"""Scenarios: their keys, and the origins, systems and sites that they select.

Scenario files are read by `rangemap.scenario.file`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial, reduce
from pathlib import Path
from typing import Any, Final

from rangemap.catalogue import (
    BUILT_IN,
    Catalogue,
    Claim,
    ClaimFilter,
    PublisherKind,
    Publishers,
    System,
    Weapon,
    bare_system,
    make_system,
    with_credits_in_order,
)
from rangemap.errors import (
    AmbiguousNameError,
    CatalogueError,
    Refusals,
    ScenarioError,
    UnknownNameError,
    UsageError,
)
from rangemap.geodesy.position import Bounds
from rangemap.io.rules import last_day
from rangemap.names import match_key
from rangemap.places import Registry
from rangemap.scenario.keys import KEYS, UNKNOWN_KIND
from rangemap.scenario.origins import Origin, find_origin
from rangemap.scenario.pairs import Pair, combinations
from rangemap.sites import SiteTable
from rangemap.sites.source import SiteSource, TableSites
from rangemap.sites.typed import find_site
from rangemap.wording.language import Language, read_language

_MOST_TITLE_NAMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioValues:
    """The keys of a scenario, all optional.

    ``sites`` is a tuple of PLACEs in the registry, the name of a file, or a table made from
    a program's own data; ``origins`` are PLACEs, or made from a table. ``catalogue`` and
    ``registry`` name files used instead of the built-in ones; in ``catalogue``, ``built-in``
    stands for the built-in one. Paths are not yet resolved.
    """

    origins: tuple[str | Origin, ...] = ()
    weapons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    sites: tuple[str, ...] | str | SiteTable | None = None
    prefer: str | None = None
    as_of: str | None = None
    source_kinds: tuple[str, ...] = ()
    no_state_media: bool = False
    exclude: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    registry: str | None = None
    units: str = "km"
    title: str | None = None
    subtitle: str | None = None
    credit: str | None = None
    date: str | None = None
    outputs: tuple[str, ...] = ()
    detail: str | None = None
    extent: Bounds | None = None
    lang: str = "en"
    style: str | None = None
    tiles: str | None = None
    tiles_credit: str | None = None


def parse_options(given: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    """Parse command-line values by the rules of a scenario file.

    Parameters
    ----------
    given : mapping
        A string or a list of strings for each key of `ScenarioValues`.

    Returns
    -------
    dict
        The fields of `ScenarioValues` and `Look`.

    Raises
    ------
    ScenarioError
        With one line for each invalid value.

    Examples
    --------
    >>> parse_options({"weapons": ["Fateh-110"], "extent": "170,-30,-170,0"})
    {'weapons': ('Fateh-110',), 'extent': Bounds(west=170.0, south=-30.0, east=190.0, north=0.0)}
    """
    errors: list[str] = []

    def read(key: str, text: str, rule: Callable[[str], Any]) -> Any:
        try:
            return rule(text)
        except ValueError as error:
            errors.append(f"command line: {key} is {text!r}: {error}")

    values: dict[str, Any] = {}
    for key, word in given.items():
        rule = KEYS[key].rule
        if isinstance(word, str):
            values[key] = read(key, word, rule)
        else:
            values[key] = tuple(read(f"{key}.{i}", text, rule) for i, text in enumerate(word))
    if errors:
        raise ScenarioError("\n".join(errors))
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Appearance of a map; None means the default.

    ``style`` is the name of a house style file, ``tiles`` the name or address of tiles
    used instead of the base map.
    """

    detail: str | None = None
    extent: Bounds | None = None
    lang: str = "en"
    style: str | None = None
    tiles: str | None = None
    tiles_credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a scenario selects; rings and verdicts are made for exactly its pairs.

    The pairs of an origin follow each other. ``origins`` and ``systems`` are the different ones
    in the pairs, in their order.
    The sites are read from ``source``, whole as ``sites`` or in chunks.
    ``sites_requested`` is False if they are the whole registry by default.
    ``typed_title`` is the title that the user gave, if any; ``date`` may lack day and month.
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
    look: Look = Look()
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
        """The title as typed, otherwise one that names the origins, in its language."""
        if self.typed_title:
            return self.typed_title
        language = self.language
        names = [language.name(origin.name) for origin in self.origins]
        few = len(names) <= _MOST_TITLE_NAMES
        listed = (
            language.enumerated(names)
            if few
            else language.translate("count_origins", count=len(names))
        )
        published = any(system.weapon is not None for system in self.systems)
        return language.translate("title_published" if published else "title_typed", origins=listed)

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
        The list of publishers, for ``source_kinds`` and ``no_state_media``, and for the order
        of credits.
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
    counted = _claim_filter(values, publishers)
    systems = _systems(values, catalogue, counted, omissions.append, refusals, lenient=lenient)
    notes += counted.notes(_candidates(systems))
    notes += omissions
    source = _sites(values, registry, site_source, notes.append, refusals)
    refusals.raise_any()
    if publishers is not None:
        systems = [with_credits_in_order(system, publishers) for system in systems]
    if not systems:
        raise UsageError("the categories contain no weapon with a published range; choose others")
    return Selection(
        typed_title=values.title,
        subtitle=values.subtitle,
        credit=values.credit,
        date=values.date,
        units=values.units,
        pairs=combinations(origins, _unique_systems(systems)),
        source=source,
        sites_requested=site_source is not None or values.sites is not None,
        look=look_of(values),
        notes=tuple(dict.fromkeys(notes)),
        omissions=tuple(dict.fromkeys(omissions)),
    )


def look_of(values: ScenarioValues) -> Look:
    """Return the appearance of the map that a scenario specifies."""
    return Look(**{key.name: getattr(values, key.name) for key in fields(Look)})


def _claim_filter(values: ScenarioValues, publishers: Publishers | None) -> ClaimFilter:
    kinds = [None if kind == UNKNOWN_KIND else PublisherKind(kind) for kind in values.source_kinds]
    return ClaimFilter(
        as_of=None if values.as_of is None else last_day(values.as_of),
        source_kinds=tuple(kinds),
        no_state_media=values.no_state_media,
        exclude=values.exclude,
        publishers=publishers,
    )


def _candidates(systems: Iterable[System]) -> Iterable[tuple[Weapon, Claim]]:
    """Return the claims that would count in the bands without conditions."""
    return dict.fromkeys(
        (system.weapon, claim)
        for system in systems
        if system.weapon is not None
        for claim in system.weapon.claims_of(system.variant)
    )


def _systems(
    values: ScenarioValues,
    catalogue: Catalogue,
    counted: ClaimFilter,
    omit: Callable[[str], None],
    refusals: Refusals,
    *,
    lenient: bool,
) -> list[System]:
    refusals.each(partial(_check_excluded, catalogue), values.exclude)

    def system_of(weapon: Weapon, variant: str | None = None) -> System:
        return make_system(weapon, variant, prefer=values.prefer, counted=counted)

    def found_only(look_up: Callable[[Any], System], wanted: Iterable[Any]) -> Iterable[System]:
        for each in wanted:
            try:
                yield look_up(each)
            except (CatalogueError, UnknownNameError, AmbiguousNameError) as error:
                omit(f"skipped: {error}")

    def named(name: str) -> System:
        return system_of(*catalogue.find(name))

    systems = list(
        found_only(named, values.weapons) if lenient else refusals.each(named, values.weapons)
    )
    for members in refusals.each(catalogue.in_category, values.categories):
        systems += found_only(system_of, members)
    if values.prefer is not None and not any(system.band.preferred for system in systems):
        omit(f"no selected weapon has a claim by {values.prefer!r}; headlines are medians")
    return systems + refusals.each(bare_system, values.ranges)


def _unique_systems(systems: Iterable[System]) -> Iterable[System]:
    """Drop repeated systems; refuse two different ones with the same label."""
    found: dict[str, System] = {}
    for system in systems:
        if found.setdefault(system.label, system) != system:
            raise UsageError(f"two rings have the label {system.label!r}; write LABEL=RANGE")
    return found.values()


def _check_excluded(catalogue: Catalogue, claim: str) -> None:
    known = {f"{weapon.id}/{claim.id}" for weapon in catalogue.weapons for claim in weapon.claims}
    if claim not in known:
        raise UnknownNameError(
            f"claim {claim!r} is not in the catalogue",
            name=claim,
            advice="write WEAPON-ID/CLAIM-ID as `rangemap weapons show` prints it",
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


def resolve_paths(values: ScenarioValues, folder: Path) -> ScenarioValues:
    """Return a scenario whose file names are relative to the scenario's folder."""

    def beside(name: str) -> str:
        return str(folder / name)

    sites = beside(values.sites) if isinstance(values.sites, str) else values.sites
    return replace(
        values,
        sites=sites,
        outputs=tuple(beside(name) for name in values.outputs),
        catalogue=tuple(name if name == BUILT_IN else beside(name) for name in values.catalogue),
        registry=None if values.registry is None else beside(values.registry),
        style=None if values.style is None else beside(values.style),
    )
