"""The built-in catalogue, and small ones made from text."""

from rangemap.catalogue import (
    Catalogue,
    Weapon,
    read_catalogue,
)
from rangemap.catalogue.file import parse_catalogue

BOOK = read_catalogue()


def entry(body: str, name: str = "w.yaml") -> Catalogue:
    return parse_catalogue(body.encode(), name=name)


def weapon(*ranges: str, **keys: str) -> Weapon:
    """A weapon whose claims are these ranges; ``publisher: range`` names the publisher."""
    claims = []
    for number, text in enumerate(ranges):
        publisher, _, figure = text.rpartition(": ")
        claims.append(
            f"{{id: c{number}, range: {figure}, source: {{publisher: {publisher or 'P'},"
            f" date: {2000 + number}}}}}"
        )
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    text = f"weapons: [{{id: w, name: W, country: X, category: rocket{more}, claims: [{', '.join(claims)}]}}]"
    return entry(text).weapons[0]
