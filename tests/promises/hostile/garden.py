"""A garden of strange values for every option of every command and every public call.

``python -m tests.promises.hostile.garden`` (`make garden`) uses each value everywhere; the test suite takes
the values in turn, so that each value and each place is covered.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import PurePath
from typing import Any, NamedTuple

import typer

from tests.commands import BASE, write_good_files

TEXTS = (
    "", " ", "0", "-0.0", "NaN", "nan", "inf", "-inf", "1e999", "1e-999", "180", "-180", "90", "-90",
    "90,180", "-90,-180", "0,0", "-0.0,-0.0", "91,0", "0,361", "nan,nan", "0,180", "-33.78,-137.56",
    "inf km", "0 km", "-5 km", "1e999 km", "20004 km", "100,000 km", "0.000001 km", "1.300 km",
    "9" * 20_000, "9" * 20_000 + " km", "a" * 1_000_000, "[" * 100_000, "🚀", "👩‍👩‍👧‍👦" * 50, "شاهد-136",
    "\u202eabc\u202c", "\u2066\u2069", "e\u0301", "\ud800", "\udcff.yaml", "x\ny", "\r\n", "\x00",
    "a\x00b", "\x1b[2Jgone\x07", "\u2028", "-", "--", "-x", "--help-me", "=", "a=b=c", "=km",
    "2099-12-31", "9999-12-31", "0000-00-00", "2024-02-30", "{{7*7}}", "${x}", "<script>", "%s%n",
    "'\"`", "../" * 30 + "etc/passwd", "/dev/zero", "/dev/null", "/dev/full", ".", "..", "a" * 300,
    "x/" * 3000, "~", "C:\\a", "file.", ".yaml", "a.csv.gz", "null", "true", "[]", "{}", "!!python/x",
    "http://127.0.0.1:9/{z}/{x}/{y}", "javascript:alert(1)", "ſ", "ß" * 500, "\ufdfa" * 100, "İ", "①",
)  # fmt: skip
"""Text that may be typed or be in a file, of any length and script."""

NUMBERS = (
    0, 0.0, -0.0, 1, -1, 5e-324, 1e-9, 90.0, -90.0, 90.00000000001, 180.0, -180.0, 180.0000001, 360.0,
    1e9, 1e308, math.inf, -math.inf, math.nan, 19_970_326.0, 19_970_326.4, 20_003_931.4, 20_003_932.0,
    10**30, True,
)  # fmt: skip
"""Values for numeric parameters."""

OBJECTS = (
    None,
    b"\xff",
    [],
    {},
    [None],
    [[]],
    [1],
    (),
    {"a": 1},
    object(),
    1j,
    ["a", 1],
    set(),
    range(3),
)
"""Values that are neither text nor numbers."""


class Asked(NamedTuple):
    """One case: the command, the option or argument, the value, all arguments."""

    command: str
    option: str
    value: str
    words: list[str]


def commands() -> dict[str, Any]:
    """Return every command of the command line by its name."""
    from rangemap.cli.app import app

    found: dict[str, Any] = {}

    def walk(command: Any, name: str) -> None:
        members = getattr(command, "commands", None)
        if members is None:
            found[name] = command
        for word, member in (members or {}).items():
            walk(member, f"{name} {word}".strip())

    walk(typer.main.get_command(app), "")
    return found


TYPED = tuple(
    text for text in TEXTS if "\x00" not in text and text != "\ud800" and len(text) < 100_000
)
"""Values that a shell can pass to a command: no NUL, no surrogate, no argument of 128 KiB."""


def questions(*, all_: bool = True) -> Iterator[Asked]:
    """Yield each option and argument of each command with each value.

    Without ``all_``, each option gets one value, in turn.
    """
    turn = 0
    known = {name: {o for p in c.params for o in p.opts} for name, c in commands().items()}
    # One function reads the options shared by `check`, `map` and `report`; the first covers them.
    shared = known["check"] & known["map"] & known["report"] - {"--output"}
    for name, command in sorted(commands().items()):
        base = BASE[name].words
        places: list[tuple[str, Any]] = [("argument", None)]
        for parameter in command.params:
            options = [option for option in parameter.opts if option.startswith("--")]
            if options and not getattr(parameter, "is_flag", False):
                places.append((options[0], parameter))
        for option, _ in places:
            if name in {"map", "report"} and option in shared:
                continue
            for step in range(len(TYPED) if all_ else 1):
                value = TYPED[(turn + step) % len(TYPED)]
                if option == "argument":
                    yield Asked(
                        name, option, value, [*name.split(), value, *base[len(name.split()) + 1 :]]
                    )
                else:
                    yield Asked(name, option, value, [*base, option, value])
            turn += 1
        for value in TYPED if all_ else TYPED[turn : turn + 1]:
            yield Asked(name, "an option", value, [*base, f"--{value}"])


def wrong(asked: Asked, ended: Any) -> str | None:
    """Return what is wrong with how a case ended, or None."""
    told = (
        f"{' '.join(asked.words[:4])[:80]} {asked.option}={asked.value[:40]!r}: exit {ended.status}"
    )
    if ended.status not in {0, 1, 2} or "Traceback" in ended.err:
        return f"{told}: {ended.err[-400:]}"
    lines = ended.err.splitlines()
    if ended.status and not lines and not ended.out:
        return f"{told}: refused without a message"
    if ended.status and max(map(len, lines), default=0) > _LONGEST_LINE:
        return f"{told}: a line of {max(map(len, lines))} characters"
    if ended.status and not _named(asked, ended):
        return f"{told}: names neither value nor option: {ended.err[-200:]}"
    return None


def _named(asked: Asked, ended: Any) -> bool:
    """Return whether an error message names the value, or at least the option."""
    from rangemap.text import sanitised

    said = sanitised(ended.err + ended.out)
    typed = f"--{asked.value}" if asked.option == "an option" else asked.value
    if typed.startswith("-"):  # an option name: cut before a value or a second option
        typed = typed.partition("=")[0] if typed.startswith("--") else typed[:2]
    beginning = typed[:12]
    named = [sanitised(beginning), repr(beginning)[1:-1], asked.option, str(PurePath(beginning))]
    # Part of the value is enough, such as one angle of a position.
    named += [part for part in re.findall(r"'([^']+)'", said) if part in asked.value]
    if (asked.option, asked.value) == ("--header-row", "0"):
        return True  # a valid value; the error is about the columns, which have no names then
    return any(words in said for words in named)


_LONGEST_LINE = 4_500


def _calls() -> Iterator[tuple[str, Any]]:
    """Yield every public call that takes one text."""
    from rangemap.catalogue import bare_system, read_catalogue
    from rangemap.io.documents import parse_json, parse_yaml
    from rangemap.io.rules import last_day
    from rangemap.names import closest, match_key, sound_key, spelling_scores
    from rangemap.places import Registry, find_place, parse_angle, parse_position
    from rangemap.render.figure.sizes import parse_size
    from rangemap.render.page.tiles import parse_tiles
    from rangemap.scenario.origins import find_origin
    from rangemap.sites.typed import find_site
    from rangemap.wording.quantities import parse_number, parse_range, parse_unit

    empty = Registry(())
    catalogue = read_catalogue()
    yield "parse_number", parse_number
    yield "parse_range", parse_range
    yield "parse_unit", parse_unit
    yield "parse_angle", parse_angle
    yield "parse_position", parse_position
    yield "parse_size", parse_size
    yield "parse_yaml", lambda text: parse_yaml(text, name="x")
    yield "parse_json", lambda text: parse_json(text, name="x")
    yield "bare_system", bare_system
    yield "find", catalogue.find
    yield "in_category", catalogue.in_category
    for name, find in (
        ("find_place", find_place),
        ("find_origin", find_origin),
        ("find_site", find_site),
    ):
        yield name, lambda text, find=find: find(text, empty)
    yield "match_key", match_key
    yield "sound_key", sound_key
    yield "parse_tiles", lambda text: parse_tiles(text, credit="c")
    short = ["Fateh-110", "شاهد-136"]
    yield "closest", lambda text: closest(text[:2000], short)
    yield "spelling_scores", lambda text: spelling_scores(text[:2000], short)
    yield "last_day", lambda text: _either(last_day, text, ValueError)


def _either(call: Any, value: Any, refusal: type[Exception]) -> Any:
    try:
        return call(value)
    except refusal:
        return None


def _geodesy() -> Iterator[tuple[str, Any]]:
    """Yield every public call that takes numbers; each gets two."""
    import rangemap
    from rangemap import geodesy
    from rangemap.geodesy import LonLat

    yield "checked_origin", lambda a, b: geodesy.checked_origin(LonLat(a, b))
    yield "distance_m", lambda a, b: geodesy.distance_m(LonLat(a, b), [0.0, 1.0], [0.0, 1.0])
    yield "distance_m to", lambda a, b: geodesy.distance_m(LonLat(0, 0), [a], [b])
    yield "decimals", lambda a, _: geodesy.degree_decimals(a)
    yield "ring", lambda a, b: geodesy.ring(LonLat(0, a), b)
    yield "ring at", lambda a, b: geodesy.ring(LonLat(a, b), 1000.0)
    yield "tolerance", lambda a, b: geodesy.ring(LonLat(0, 0), a, tolerance=b)
    yield "rm.ring", lambda a, b: rangemap.ring(0, a, b)
    yield "rm.ring at", lambda a, b: rangemap.ring(a, b, 1000.0, tolerance=1e-2)
    yield "rm.distance", lambda a, b: rangemap.distance(a, b, [0.0, 1.0], [0.0, 1.0])
    yield "rm.judge", lambda a, b: rangemap.judge("200-300 km (min 5 km)", [a, 1.0], b)


def python_calls(*, every: int = 1) -> tuple[int, list[str]]:
    """Pass the values, or every n-th in turn, to every public call.

    Return the number of calls, and what is wrong.
    """
    from rangemap import Scenario, load_claims, load_sites, load_weapons
    from rangemap.errors import RangemapError, RangemapWarning

    count, turn, bad = 0, 0, []

    def attempt(what: str, call: Any, *values: Any) -> None:
        nonlocal count, turn
        turn += 1
        if turn % every:
            return
        count += 1
        try:
            call(*values)
        except RangemapWarning:  # names what a selection omits; the call continues for users
            pass
        except RangemapError as error:
            if not str(error) or max(map(len, str(error).splitlines())) > _LONGEST_LINE:
                bad.append(
                    f"{what}({values!r:.60}): {str(error)[:80]!r}, {len(str(error))} characters"
                )
        except Exception as error:  # noqa: BLE001  any other exception is a fault
            bad.append(f"{what}({values!r:.60}): {type(error).__name__}: {str(error)[:200]}")

    for name, call in _calls():
        for text in TEXTS:
            attempt(name, call, text)
    for name, call in _geodesy():
        for first in NUMBERS:
            for second in NUMBERS:
                attempt(name, call, first, second)
    base = {"origins": ["0,0"], "ranges": ["9 km"], "sites": ["1,1"]}
    keys = sorted(field.name for field in fields(Scenario))
    for key in keys:
        for value in (*TEXTS, *NUMBERS, *OBJECTS):
            attempt(key, lambda value, key=key: Scenario(**{**base, key: value}).select(), value)
            attempt(key, lambda value, key=key: Scenario(**{**base, key: [value]}).select(), value)
    for text in TEXTS:
        attempt("Scenario.read", Scenario.read, text)
        for load in (load_weapons, load_claims, load_sites):
            attempt(load.__name__, load, text)
        attempt("no such key", lambda text: Scenario(**{**base, text: 1}), text)
    return count, bad


def main() -> None:
    """Use every value everywhere, and print the results."""
    import os
    import tempfile
    import warnings
    from collections import Counter
    from pathlib import Path

    from tests.promises.hostile.guard import run_guarded

    warnings.simplefilter("error")
    asked = list(questions())
    with tempfile.TemporaryDirectory() as folder:
        write_good_files(Path(folder))
        ended = run_guarded([question.words for question in asked], cwd=Path(folder))
        os.chdir(folder)
        count, bad = python_calls()
        os.chdir("/")
    bad += [told for q, e in zip(asked, ended, strict=True) if (told := wrong(q, e))]
    print("\n".join(bad))
    statuses = dict(sorted(Counter(e.status for e in ended).items()))
    print(f"{len(asked):,} cases by exit status {statuses}, {count:,} calls; {len(bad)} wrong")
    print(f"the longest took {max(e.seconds for e in ended):.1f} s")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
