"""Strict parsers for YAML and JSON that build plain records with line numbers.

No loader that builds objects is used on untrusted text. YAML is parsed from libyaml's event
stream, which has no types: every scalar stays text until a model converts it (so ``no`` is not
False and ``1:30`` is not 90). Duplicate keys, anchors, tags and deep nesting are refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from rangemap.errors import DocumentError
from rangemap.io.json_lines import FeatureLines, Location
from rangemap.limits import (
    DEEPEST,
    LONGEST_JSON_NUMBER,
    LONGEST_YAML_LINE,
    MOST_JSON_VALUES,
    MOST_VALUES,
    quoted,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: plain mappings, lists and text, and the line of each of them."""

    name: str
    content: Any
    lines: Mapping[Location, int] = field(default_factory=dict)

    def line(self, location: Location) -> int | None:
        """Return the line nearest to a location, or None if lines are unknown."""
        for length in range(len(location), -1, -1):
            try:
                return self.lines[location[:length]]
            except KeyError:
                continue
        return None


def parse_yaml(text: str, *, name: str, lines: bool = True) -> Document:
    r"""Parse one YAML document of mappings, lists and text.

    Parameters
    ----------
    text : str
        The document. An empty plain value, ``~`` and ``null`` become None; every
        other scalar stays text.
    name : str
        The file's name, for errors.
    lines : bool, default True
        Whether to record the line of each value, which takes as long as building them.

    Returns
    -------
    Document
        The content, with lines if requested.

    Raises
    ------
    DocumentError
        If the text is not well-formed, or contains no or several documents, an anchor, a
        tag, a duplicate key, a key that is not text, more than `DEEPEST` levels, more
        than `MOST_VALUES` values, or a line longer than `LONGEST_YAML_LINE`.

    Examples
    --------
    >>> parse_yaml("a: no\nb: [1:30]", name="x.yaml").content
    {'a': 'no', 'b': ['1:30']}
    """
    for start in range(0, len(text) - LONGEST_YAML_LINE, LONGEST_YAML_LINE):
        if text.find("\n", start, start + LONGEST_YAML_LINE) < 0:
            line = text.count("\n", 0, start) + 1
            raise DocumentError.at(
                name, f"a line of more than {LONGEST_YAML_LINE:,} characters; break it", line=line
            )
    if surrogate := re.search("[\ud800-\udfff]", text):
        line = text.count("\n", 0, surrogate.start()) + 1
        raise DocumentError.at(
            name, "contains an unpaired surrogate; replace it with a whole character", line=line
        )
    builder = _Builder(text, name, {} if lines else None)
    try:
        content = builder.document()
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        at = mark.line + 1 if mark else None
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise DocumentError.at(name, f"not well-formed YAML: {problem}", line=at) from error
    return Document(name, content, builder.lines or {})


class _Builder:
    """Builds the value of a YAML document from its events.

    ``lines`` receives the line of each value; recording them takes as long as building.
    """

    def __init__(self, text: str, name: str, lines: dict[Location, int] | None) -> None:
        self.lines = lines
        self._name = name
        self._next: Callable[[], Any] = yaml.CBaseLoader(text).get_event
        self._n_values = 0

    def document(self) -> Any:
        """Build the only document of the stream."""
        content: Any = None
        documents = 0
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refusal(
                        event, "contains more than one YAML document; use one file for each"
                    )
                content = self._value(self._next(), ())
        if documents == 0 or content is None:
            raise DocumentError.at(self._name, "is empty; expected a mapping")
        return content

    def _refusal(self, event: Any, message: str) -> DocumentError:
        return DocumentError.at(self._name, message, line=event.start_mark.line + 1)

    def _value(self, event: Any, location: Location) -> Any:
        """Build the value that begins with an event; depth is bounded, so recursion is safe."""
        if self.lines is not None:
            self.lines[location] = event.start_mark.line + 1
        self._n_values += 1
        if self._n_values > MOST_VALUES:
            raise self._refusal(event, f"more than {MOST_VALUES:,} values; split the file")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refusal(event, "anchors and aliases are not supported; write the value out")
        if event.tag is not None:
            raise self._refusal(
                event, f"tag {quoted(event.tag)} is not supported; write the plain value"
            )
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
            return None if event.implicit[0] and value in {"", "~", "null"} else value
        if len(location) >= DEEPEST:
            raise self._refusal(event, f"nested deeper than {DEEPEST} levels; flatten it")
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                items.append(self._value(event, (*location, len(items))))
            return items
        return self._mapping(location)

    def _mapping(self, location: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        following, recording = self._next, self.lines is not None
        while not isinstance(event := following(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self._refusal(event, "a key is not plain text; use a plain string")
            key = event.value
            if key == "<<" and event.implicit[0]:
                raise self._refusal(event, "merge keys are not supported; write the keys out")
            if key in mapping:
                raise self._refusal(event, f"duplicate key {quoted(key)}; keep one of them")
            event = following()
            if (
                recording
                or self._n_values >= MOST_VALUES
                or not isinstance(event, yaml.ScalarEvent)
                or event.anchor is not None
                or event.tag is not None
            ):
                mapping[key] = self._value(event, (*location, key))
            else:  # most values; what `_value` does takes twice as long
                self._n_values += 1
                value = event.value
                is_null = value in {"", "~", "null"} and event.implicit[0]
                mapping[key] = None if is_null else value
        return mapping


def parse_json(  # noqa: C901  the rules of one format, each a line or two
    text: str, *, name: str, lines: bool = False
) -> Document:
    """Parse one JSON document; NaN, Infinity and duplicate keys are refused.

    Parameters
    ----------
    text : str
        The document.
    name : str
        The file's name, for errors.
    lines : bool, default False
        Whether the document can give the lines of features and of the values in them.

    Returns
    -------
    Document
        The content, with lines if requested.

    Raises
    ------
    DocumentError
        If the text is not well-formed JSON, breaks these rules, or has more than
        `DEEPEST` levels or `MOST_JSON_VALUES` values.
    """
    if sum(map(text.count, ",[{")) > MOST_JSON_VALUES:  # at least as many as there are values
        raise DocumentError.at(
            name,
            f"more than {MOST_JSON_VALUES:,} values; split it, or write a large file of sites as CSV,"
            " Parquet or FlatGeobuf",
        )

    def unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in pairs if len(dict(pairs)) != len(pairs) else ():
            if key in mapping:
                raise DocumentError.at(
                    name, f"duplicate key {quoted(key)} in one object; keep one of them"
                )
            mapping[key] = value
        return dict(pairs)

    def refuse(token: str) -> Any:
        short = token if len(token) <= LONGEST_JSON_NUMBER else f"{token[:20]}..."
        raise DocumentError.at(name, f"{short} is not a JSON number; write a finite number or null")

    def number(token: str) -> float:
        value = float(token)
        return value if math.isfinite(value) else refuse(token)

    def integer(token: str) -> int:
        return int(token) if len(token) <= LONGEST_JSON_NUMBER else refuse(token)

    try:
        content = json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=refuse,
            parse_float=number,
            parse_int=integer,
        )
    except json.JSONDecodeError as error:
        raise DocumentError.at(
            name,
            f"not well-formed JSON: {error.msg} (column {error.colno})",
            line=error.lineno,
        ) from error
    except RecursionError:
        too_deep = True
    else:
        too_deep = _is_deep(content)
    if too_deep:
        raise DocumentError.at(name, f"nested deeper than {DEEPEST} levels; flatten it")
    surrogate = re.search(r"\\u[dD][89a-fA-F]", text)
    if surrogate and not _is_unicode(content):
        line = text.count("\n", 0, surrogate.start()) + 1
        raise DocumentError.at(
            name,
            f"{surrogate[0]}.. is an unpaired surrogate; replace it with a whole character",
            line=line,
        )
    return Document(name, content, FeatureLines(text) if lines else {})


def _is_deep(content: Any) -> bool:
    """Whether a value has more than `DEEPEST` levels of lists and objects."""
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [
            part
            for value in level
            for part in (value.values() if isinstance(value, dict) else value)
            if isinstance(part, dict | list)
        ]
    return bool(level)


def _is_unicode(content: Any) -> bool:
    """Whether all text can be encoded: JSON escapes can contain unpaired surrogates."""
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
