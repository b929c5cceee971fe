"""Strict models of hand-written files: field types, validation, and errors with line numbers.

Only modules that read such files import this one, and pydantic with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from rangemap.errors import DocumentError
from rangemap.io.documents import Document
from rangemap.io.findings import Finding, Rule
from rangemap.io.json_lines import Location
from rangemap.io.rules import (
    SLUG,
    check_date,
    check_slug,
    check_text,
    check_url,
    parse_count,
    parse_flag,
)
from rangemap.limits import LONGEST_SHOWN, LONGEST_SLUG, LONGEST_TEXT, MOST_FINDINGS, quoted
from rangemap.names import closest

_DATE = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_RULES: Final = {
    "tuple_type": "expected a list",
    "model_type": "expected a mapping",
    "string_type": "expected text",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "too_short": "is empty; give at least one value",
}
Model = TypeVar("Model", bound="Record")


class Record(BaseModel):
    """Base of the models of hand-written files: frozen, with unknown keys forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


# `Field` only describes a value to editors and bounds its length; the validator checks it.
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(check_text)]
Slug = Annotated[
    str,
    Field(max_length=LONGEST_SLUG, json_schema_extra={"pattern": f"^{SLUG}$"}),
    AfterValidator(check_slug),
]
Url = Annotated[
    str,
    Field(max_length=LONGEST_TEXT, json_schema_extra={"pattern": "^https?://"}),
    AfterValidator(check_url),
]
PartialDate = Annotated[
    str,
    AfterValidator(check_date),
    # YAML editors take 2024 for a number, whereas rangemap parses every value as text.
    WithJsonSchema(
        {"type": ["string", "integer"], "pattern": f"^{_DATE}$", "examples": ["2024-01"]}
    ),
]
Flag = Annotated[bool, BeforeValidator(parse_flag)]
"""``true`` or ``false``, as text or as a Boolean."""
Count = Annotated[
    int,
    BeforeValidator(parse_count),
    WithJsonSchema({"type": "integer", "minimum": 1, "examples": [10]}),
]
"""A whole number from 1 up, as text or as a number."""


def validate(model: type[Model], document: Document) -> Model:
    """Validate a document with a model.

    Raises
    ------
    DocumentError
        With one line per error: file and line, record, field, value, rule and how to fix it.
    """
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        raise DocumentError(*problems(error, document, model)) from error


def problems(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Finding]:
    """Return the first `MOST_FINDINGS` errors of an invalid document."""
    errors = error.errors(include_url=False)
    findings = [_problem(found, document, model) for found in errors[:MOST_FINDINGS]]
    if rest := len(errors) - len(findings):
        more = f"and {rest:,} more errors"
        findings.append(Finding(file=document.name, message=more, rule=Rule.MORE_ERRORS))
    return findings


_RULE_OF_TYPE: Final = {
    "extra_forbidden": Rule.UNKNOWN_KEY,
    "missing": Rule.MISSING_VALUE,
}


def _problem(problem: Any, document: Document, model: type[BaseModel]) -> Finding:
    location: Location = tuple(problem["loc"])
    record, rest = record_at(document.content, location)
    key = ".".join(str(part)[:LONGEST_SHOWN] for part in rest)
    value = problem["input"]
    if problem["type"] == "extra_forbidden":
        nearest = closest(str(location[-1])[:LONGEST_SHOWN], _keys(model, location[:-1]))
        rule = "unknown key" + (f"; did you mean {nearest[0]!r}?" if nearest else "")
    elif problem["type"] == "missing":
        rule = "is missing; add it"
    else:
        text = _RULES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
        text = text[:1].lower() + text[1:]
        scalar = isinstance(value, str | int | float)
        named = scalar and problem["type"] == "value_error" and repr(value) in text
        if value is None:
            rule = f"is empty: {text}"
        else:
            rule = f"is {quoted(value)}: {text}" if scalar and not named else text
    colon = ":" if problem["type"] == "extra_forbidden" else ""
    return Finding(
        file=document.name,
        line=document.line(location),
        record=record,
        message=f"{key}{colon} {rule}" if key else rule,
        rule=Rule.MISSING_VALUE
        if value is None
        else _RULE_OF_TYPE.get(problem["type"], Rule.INVALID_VALUE),
    )


def repeated_ids(document: Document, key: str, ids: Sequence[str]) -> list[Finding]:
    """Return an error for each record in a list that repeats the id of an earlier one.

    ``key`` is the list's key in the document, such as ``weapons``.
    """
    first: dict[str, int] = {}
    errors = []
    for index, id_ in enumerate(ids):
        if id_ in first:
            earlier = document.line((key, first[id_]))
            kind = singular(key)
            errors.append(
                Finding(
                    file=document.name,
                    line=document.line((key, index)),
                    record=f"{kind} {id_!r}",
                    message=f"duplicate id, already used in line {earlier}; give each {kind} its own",
                    rule=Rule.DUPLICATE_ID,
                )
            )
        first.setdefault(id_, index)
    return errors


def singular(key: str) -> str:
    """Return what one record of a list is called, from the list's key.

    Examples
    --------
    >>> singular("weapons"), singular("parties")
    ('weapon', 'party')
    """
    return f"{key[:-3]}y" if key.endswith("ies") else key.removesuffix("s")


def record_at(content: Any, location: Location) -> tuple[str, Location]:
    """Return the record that contains a location, named by ids, and the rest of the location."""
    names: list[str] = []
    rest = location
    node = content
    for depth, step in enumerate(location):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(step, int) and isinstance(node, dict):
            kind = singular(str(location[depth - 1])) if depth else "record"
            label = node.get("id") or node.get("name")
            named = label and isinstance(label, str | int | float)
            names.append(f"{kind} {quoted(label)}" if named else f"{kind} {step + 1}")
            rest = location[depth + 1 :]
    return ": ".join(names), rest


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the valid keys at a location by following the models."""
    current: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        fields = current.model_fields
        known = fields.get(step) or next((f for f in fields.values() if f.alias == step), None)
        inner = next(_models(known.annotation), None) if known else None
        if inner is None:
            break
        current = inner
    return [known.alias or key for key, known in current.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)
