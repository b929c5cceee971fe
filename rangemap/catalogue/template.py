"""A catalogue entry to fill in."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Final

from rangemap.catalogue.categories import CATEGORIES

_ENTRY: Final = """\
  - id: {id}
    name: {name}
    aliases: []                # other names: [Geran-2, Shahed 136]
    country: []                # where it was developed: [Iran]
    operators: []              # countries or groups that operate it
    # One of these, if it fits:
{categories}
    category:
    claims:
      # One claim for each publication. Remove the lines that you do not know; only these are required: id,
      # range, and the publisher. Kinds of figures that are not drawn, and other keys: data/README.md.
      - id:                    # publisher and year: the-national-2024
        range:                 # as printed: up to 250 km, at least 300 km, about 1,200 mi, 200-300 km,
                               # or with a minimum: 170 km (min 40 km)
        variant:               # only if the source names one
        attributed_to:         # whom the publisher credits
        source:
          publisher:
          title:               # as printed; leave it empty if you did not see it
          url:
          date:                # 2024, 2024-05 or 2024-05-17
"""
_PLAIN: Final = re.compile(r"[^\W\d_][\w ().-]*")
_WIDTH: Final = 100


def entry_template(name: str, *, id_: str) -> str:
    """Return an entry for a weapon with empty values to fill in, as part of a catalogue file.

    Parameters
    ----------
    name : str
        The displayed name.
    id_ : str
        Its identifier.

    Returns
    -------
    str
        YAML, indented as a member of ``weapons``. The values that an entry must have are
        empty, so that `validate_catalogue` reports them until they are filled in.

    Examples
    --------
    >>> entry_template("Long Neptune", id_="long-neptune").splitlines()[:2]
    ['  - id: long-neptune', '    name: Long Neptune']
    """
    names = ", ".join(category.name for category in CATEGORIES.values())
    categories = textwrap.fill(
        names, _WIDTH, initial_indent="    # - ", subsequent_indent="    #   "
    )
    return _ENTRY.format(id=_scalar(id_), name=_scalar(name), categories=categories)


def _scalar(text: str) -> str:
    """Return text as a YAML scalar, in quotes unless it needs none; JSON strings are such."""
    plain = _PLAIN.fullmatch(text) and text == text.strip() and text.lower() != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)
