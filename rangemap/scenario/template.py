"""A scenario file to start from, with every key explained, from the table of keys."""

from __future__ import annotations

import shlex
import textwrap
from typing import Final

from rangemap.scenario.key_types import Key, KeyType
from rangemap.scenario.keys import KEYS

_START: Final = """\
# A scenario of rangemap. Change the examples, then run one of:
#
#     rangemap map {name}         writes the files under `outputs`
#     rangemap check {name}       lists which sites are within range
#     rangemap report {name} -o report.html
#
# To use a key that is commented out, remove the `# ` before it. File names are relative to this file.
# An option on the command line replaces the key: `rangemap map {name} --units km`.
"""
_USED: Final = frozenset(("origins", "weapons", "sites", "title", "outputs"))
"""The keys that are not commented out."""
_WIDTH: Final = 100


def scenario_template(name: str) -> str:
    """Return a scenario file in which every key is explained.

    Parameters
    ----------
    name : str
        Name of the file, as it appears in the commands of the first comment.

    Returns
    -------
    str
        YAML; a valid scenario as it is, and with any of its other keys.

    Examples
    --------
    >>> [line for line in scenario_template("s.yaml").splitlines() if "units:" in line]
    ['# units: mi']
    """
    typed = shlex.quote(" ".join(name.split()))
    return _START.format(name=typed) + "".join(map(_explained, KEYS.values()))


def _explained(key: Key) -> str:
    used = "" if key.name in _USED else "# "
    about = textwrap.wrap(_description(key), _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return "\n".join(["", *about, f"{used}{key.name}: {key.example}", ""])


def _description(key: Key) -> str:
    sentences = [key.description]
    if key.choices:
        one = "Any of" if key.is_list else "One of"
        sentences.append(f"{one}: {', '.join(key.choices)}.")
    if key.default is not None and key.type is not KeyType.FLAG:
        sentences.append(f"Without it: {key.default}.")
    return " ".join(sentences)
