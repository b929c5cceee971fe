"""Names that could split a figure, or be split by it, in the text next to it.

Every output shows figures next to names from input. The Unicode bidirectional algorithm lets a name
change where the figure next to it is drawn: after a name in Arabic, `1,500 km` is displayed as
`km 1,500`, and digits at the end of such a name join the figure. The tests of each output take their
names from here.
"""

from typing import Final

NAMES: Final = {
    "latin": "Patrol boat",
    "arabic": "دورية السفينة",
    "arabic digits at the end": "صاروخ فجر 5",
    "arabic-indic digits at the end": "صاروخ فجر ٥",
    "hebrew": "סיור",
    "hebrew digits at the end": "ברק 8",
    "hebrew in brackets": "סיור (חדש)",
    "arabic in brackets": "قاعدة (الشمال)",
    "mixed directions": "Base سيور 12",
    "chinese": "东风导弹",
    "chinese digits at the end": "东风-21",
    "emoji": "🚀 Rocket 🚀",
    "emoji at the end": "Rocket 👩🏽‍🚀",
    "digits at the end": "Fateh-110",
    "digits only": "300",
    "brackets": "Type (B)",
    "open bracket": "Type [B",
}
"""Names by their special property."""

RTL_NAMES: Final = (
    "arabic", "arabic digits at the end", "arabic-indic digits at the end", "hebrew",
    "hebrew digits at the end", "hebrew in brackets", "arabic in brackets", "mixed directions",
)  # fmt: skip
"""Keys of the names that contain right-to-left letters."""

LANGUAGES: Final = ("en", "fr", "ar")

RANGE: Final = "1,500 km"
"""A range to draw, with a thousands separator and a unit."""
