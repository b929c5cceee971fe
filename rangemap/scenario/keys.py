"""The keys of a scenario, once: for scenario files, options, Python, JSON Schemas and docs.

`ScenarioValues` holds their values, and the parameters of `rangemap.Scenario` repeat their names and
types for editors; tests compare both with this table.
"""

from __future__ import annotations

from typing import Final

from rangemap.scenario.key_types import Key, KeyType

UNKNOWN_KIND: Final = "unknown"
"""The choice for publishers that are not in the list."""
SOURCE_KINDS: Final = (
    "government", "manufacturer", "international organisation", "think tank", "news agency", "newspaper",
    "broadcaster", "trade press", "encyclopaedia", "aggregator", "blog", "forum", "advocacy", UNKNOWN_KIND,
)  # fmt: skip
"""The kinds of `rangemap.catalogue.PublisherKind`, whose import ``--help`` does not need."""
SORTS: Final = ("distance", "name", "verdict", "given")
"""Orders of sites: nearest first, by name, strongest verdict first, or as given."""
_T = KeyType
_KEYS: Final = (
    Key(
        name="origins",
        example="[Tehran]",
        help="Origin: a registry name, a town, LAT,LON or MGRS.",
        note="Or a mapping with the keys place and label.",
        type=_T.PLACES,
        option="--from",
        short="-f",
        parameter="from_",
        metavar="[LABEL=]PLACE",
    ),
    Key(
        name="from_countries",
        example="[Iran]",
        help="Origin: a country by name or ISO code; distances are from its nearest point.",
        type=_T.TEXTS,
        option="--from-country",
        parameter="from_country",
        metavar="NAME",
    ),
    Key(
        name="weapons",
        example="[Shahab-3, Fateh-110]",
        help="Weapon name, alias or variant.",
        type=_T.TEXTS,
        option="--weapon",
        short="-w",
        parameter="weapon",
        metavar="NAME",
    ),
    Key(
        name="categories",
        example="[short-range ballistic missile]",
        help="All weapons in a category.",
        type=_T.TEXTS,
        option="--category",
        parameter="category",
        metavar="NAME",
    ),
    Key(
        name="ranges",
        example='["Patrol=70 km (min 5 km)", 400 km]',
        help='Range given directly, such as "Patrol=70 km (min 5 km)".',
        type=_T.TEXTS,
        option="--range",
        parameter="range_",
        metavar="[LABEL=]RANGE",
    ),
    Key(
        name="pairs",
        example="[{from: Vladivostok, weapon: Kinzhal}, Fajr-5=75 km @ Beirut]",
        help='A weapon or range from one origin only, such as "Kinzhal @ Vladivostok".',
        note="Or a mapping with the keys from, weapon or range, label, colour and source.",
        type=_T.PAIRS,
        option="--pair",
        parameter="pair",
        metavar="WHAT @ FROM",
    ),
    Key(
        name="sites",
        example="[Riyadh, Tel Aviv]",
        help="Site to check (default: the registry; a map shows what is within reach).",
        note="A single text is the name of a file of sites.",
        type=_T.SITES,
        option="--site",
        short="-s",
        parameter="site",
        metavar="[LABEL=]PLACE",
    ),
    Key(
        name="sort",
        example="distance",
        help="Order of the sites for each origin and weapon; default: as given, or nearest first if"
        " no site is named.",
        type=_T.CHOICE,
        choices=SORTS,
        option="--sort",
        metavar="|".join(SORTS),
    ),
    Key(
        name="nearest",
        example="10",
        help="Only the N sites nearest to an origin.",
        type=_T.COUNT,
        option="--nearest",
        metavar="N",
    ),
    Key(
        name="panels",
        example="[{title: Until 2012, as_of: 2012}, {title: Until 2024, as_of: 2024}]",
        help="Pictures: several maps side by side, each a mapping with keys that replace those of the"
        " scenario.",
        type=_T.PANELS,
    ),
    Key(
        name="panel_scale",
        example="separate",
        help="Scale of panels: one for all maps, or one for each.",
        type=_T.CHOICE,
        choices=("common", "separate"),
        default="common",
        option="--panel-scale",
        metavar="common|separate",
    ),
    Key(
        name="prefer",
        example="The National",
        help="Use this publisher's latest figure as the headline.",
        option="--prefer",
        metavar="PUBLISHER",
    ),
    Key(
        name="as_of",
        example="2024-06",
        help="Use only claims published by this date.",
        type=_T.DATE,
        option="--as-of",
        metavar="DATE",
    ),
    Key(
        name="source_kinds",
        example="[think tank, news agency, newspaper]",
        help="Use only claims of publishers of this kind.",
        type=_T.CHOICES,
        choices=SOURCE_KINDS,
        option="--source-kind",
        parameter="source_kind",
        metavar="KIND",
    ),
    Key(
        name="no_state_media",
        example="true",
        help="Use no claims of state media, or that repeat state media.",
        type=_T.FLAG,
        default=False,
        option="--no-state-media",
        metavar=None,
    ),
    Key(
        name="exclude",
        example="[fateh-110/the-national-2024]",
        help="Exclude a claim by weapon id and claim id.",
        type=_T.TEXTS,
        option="--exclude",
        metavar="WEAPON/CLAIM",
    ),
    Key(
        name="catalogue",
        example="[built-in, mine.yaml]",
        help="Catalogue file or `built-in`; later files override earlier ones.",
        type=_T.FILES,
        option="--catalogue",
        metavar="FILE",
    ),
    Key(
        name="registry",
        example="places.geojson",
        help="Registry file to use instead of the built-in one.",
        type=_T.FILE,
        option="--registry",
        metavar="FILE",
    ),
    Key(
        name="units",
        example="mi",
        help="Display unit; data files are always in km.",
        type=_T.CHOICE,
        choices=("km", "mi", "nmi"),
        default="km",
        option="--units",
        metavar="km|mi|nmi",
    ),
    Key(
        name="title",
        example="Ranges of two missiles of Iran",
        help="Title of the map, report or workbook.",
        option="--title",
    ),
    Key(
        name="subtitle",
        example="As published, from Tehran",
        help="Line below the title.",
        option="--subtitle",
    ),
    Key(name="credit", example="Graphics desk", help="Credit line.", option="--credit"),
    Key(
        name="date",
        example="2026-11-30",
        help="Date printed on maps, reports and workbooks; without it no date is printed.",
        type=_T.DATE,
        option="--date",
        metavar="DATE",
    ),
    Key(
        name="sources_line",
        example="full",
        help="Sources below a map: one line with the best kinds of publishers first, all, or none.",
        type=_T.CHOICE,
        choices=("short", "full", "none"),
        default="short",
        option="--sources-line",
        metavar="short|full|none",
    ),
    Key(
        name="outputs",
        example="[map.html, map.geojson]",
        help="File to write; the suffix determines the format.",
        type=_T.FILES,
        option="--output",
        short="-o",
        parameter="output",
        metavar="FILE",
    ),
    Key(
        name="detail",
        example="high",
        help="Level of detail of the base map in the first view; without it, the one for its scale.",
        type=_T.CHOICE,
        choices=("low", "medium", "high"),
        option="--detail",
        metavar="low|medium|high",
    ),
    Key(
        name="extent",
        example="35,20,65,45",
        help="Initial extent of a page, or extent of a picture, in degrees.",
        type=_T.EXTENT,
        option="--extent",
        metavar="W,S,E,N",
    ),
    Key(
        name="lang",
        example="fr",
        help="Language of pages, pictures, reports and KML: en, ar, fr.",
        default="en",
        option="--lang",
        metavar="CODE",
    ),
    Key(
        name="style",
        example="house.yaml",
        help="House style file: colours, font, logo, credit.",
        type=_T.FILE,
        option="--style",
        metavar="FILE",
    ),
    Key(
        name="tint",
        help="Where the areas within rings are coloured: on land (default), everywhere (default with"
        " tiles, whose land a page does not know) or nowhere.",
        type=_T.CHOICE,
        choices=("land", "all", "none"),
        option="--tint",
        metavar="land|all|none",
        example="none",
    ),
    Key(
        name="tiles",
        example="OpenStreetMap",
        help="HTML page: map tiles instead of the built-in base map; the reader's browser loads them"
        " from the tile server.",
        option="--tiles",
        metavar="NAME|URL",
    ),
    Key(
        name="tiles_credit",
        example="© OpenStreetMap contributors",
        help="Attribution required by the tile provider.",
        option="--tiles-credit",
    ),
    Key(
        name="basemap",
        example="[town.gpkg]",
        help="Picture: your own extract of roads, water and places (.gpkg, .geojson, .parquet), drawn on"
        " the built-in base map.",
        type=_T.FILES,
        option="--basemap",
        metavar="FILE",
    ),
    Key(
        name="credit_basemap",
        example="© OpenStreetMap contributors, ODbL",
        help="Attribution of that extract; required if the file does not state it.",
        option="--credit-basemap",
    ),
    Key(
        name="page_url",
        example="https://example.org/map.html",
        help="HTML page: the address where it will be published; it then has a social card, whose"
        " picture (.card.png) is written beside it.",
        type=_T.ADDRESS,
        option="--page-url",
        metavar="URL",
    ),
)
KEYS: Final = {key.name: key for key in _KEYS}
"""Every key by its name, in the order of the documentation."""
PANEL_KEYS: Final = (
    "title", "subtitle", "origins", "from_countries", "weapons", "categories", "ranges", "pairs", "sites", "nearest", "prefer",
    "as_of", "source_kinds", "no_state_media", "exclude", "extent",
)  # fmt: skip
"""The keys of a panel. Title and subtitle are those of the panel only; others replace the scenario's."""
DETAILS: Final = KEYS["detail"].choices
"""Levels of detail of the base map."""
