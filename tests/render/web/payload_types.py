"""Write rangemap/render/web/payload.d.ts from the Python types of the payload: make payload.

``make types`` checks the page's JavaScript against it. The file is not packaged.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from rangemap.render.page import records

TARGET = Path(records.__file__).parents[1] / "web" / "payload.d.ts"
HEADER = (
    "// Made by `make payload` from the types in rangemap/render/page/document.py: edit those.\n"
)
PLAIN = {str: "string", bool: "boolean", int: "number", float: "number", NoneType: "null"}
GENERIC = {
    Mapping: "Record<{}, {}>".format,
    Sequence: "Array<{}>".format,
    UnionType: lambda *parts: " | ".join(parts),
    tuple: lambda *parts: f"[{', '.join(parts)}]",
}


def typescript(hint: Any) -> str:
    """Return the TypeScript type of a Python type after JSON serialisation."""
    if hint in PLAIN:
        return PLAIN[hint]
    if is_typeddict(hint):
        return hint.__name__
    kind, arguments = get_origin(hint), get_args(hint)
    if kind is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if kind not in GENERIC:
        raise TypeError(f"no TypeScript type is known for {hint}; add it to {__file__}")
    return GENERIC[kind](*map(typescript, arguments))


def interface(payload: Any) -> str:
    """Return a TypedDict as an interface."""
    lines = []
    for key, hint in get_type_hints(payload, include_extras=True).items():
        # Annotations are text in that module, so Python does not see which keys are not required.
        optional = get_origin(hint) is NotRequired
        required = key in payload.__required_keys__ and not optional
        kind = typescript(get_args(hint)[0] if optional else hint)
        lines.append(f"  {key}{'' if required else '?'}: {kind};\n")
    return f"interface {payload.__name__} {{\n{''.join(lines)}}}\n"


def declarations() -> str:
    """Return the content of the whole file."""
    payloads = [value for value in vars(records).values() if is_typeddict(value)]
    return "\n".join([HEADER, *map(interface, payloads)])


if __name__ == "__main__":
    TARGET.write_text(declarations(), "utf-8")
