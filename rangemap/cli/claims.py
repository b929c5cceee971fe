"""The claims of a weapon as text, by kind of publisher, for `rangemap weapons show`."""

from collections.abc import Iterable, Sequence

from rangemap.catalogue import (
    BandText,
    Claim,
    PartyKind,
    Publishers,
    Target,
    Weapon,
    independent_sources,
    make_band,
)
from rangemap.catalogue.independence import RULE
from rangemap.catalogue.listing import system_of


def weapon_lines(
    weapon: Weapon, variants: Iterable[str | None], publishers: Publishers
) -> list[str]:
    """Return a weapon with its bands, and all its claims with their sources.

    ``variants`` are those to show, None for the claims without a variant.
    """
    lines = [f"{weapon.name} ({weapon.id})", f"  {weapon.category}, {weapon.countries}"]
    if weapon.aliases:
        lines.append(f"  also: {', '.join(weapon.aliases)}")
    if weapon.operators:
        lines.append(f"  operators: {', '.join(weapon.operators)}")
    lines += [f"  note: {note}" for note in (weapon.category_note, weapon.note) if note]
    for variant in variants:
        claims = [claim for claim in weapon.claims if claim.variant == variant]
        if not claims:
            continue
        lines += ["", *_band_lines(weapon, variant, publishers), *_other_targets(weapon, variant)]
        for kind, members in publishers.grouped(claims).items():
            heading = "publishers of unknown kind" if kind is None else kind.plural
            lines.append(f"  {heading} ({len(members)})")
            lines += [line for claim in members for line in _claim_lines(claim, weapon, publishers)]
    return [*lines, "", f"{RULE} The count changes no band."]


def _band_lines(weapon: Weapon, variant: str | None, publishers: Publishers) -> list[str]:
    label = "claims without a variant" if variant is None else f"variant: {variant}"
    system = system_of(weapon, variant) if weapon.claims_of(variant) else None
    if system is None:
        return [f"{label}: no published range that can be drawn"]
    claims = system.band.claims
    sources = independent_sources(claims, publishers)
    count = f"{_count(claims, 'claim')}, {_count(sources, 'independent source')}"
    repeated = [
        f"  {len(source.claims)} claims have one source: {source.name}"
        for source in sources
        if len(source.claims) > 1
    ]
    return [f"{label}: {BandText(system.band, 'km').summary} ({count})", *repeated]


def _count(members: Sequence[object], noun: str) -> str:
    return f"{len(members)} {noun}{'' if len(members) == 1 else 's'}"


def _other_targets(weapon: Weapon, variant: str | None) -> list[str]:
    """Return the bands against other targets, which are listed but not drawn."""
    lines = []
    for target in Target:
        claims = weapon.claims_of(variant, target=target)
        if claims and target is not weapon.target:
            text = BandText(make_band(claims), "km").summary
            count = _count(claims, "claim")
            lines.append(f"  against {target.plural}, not drawn: {text} ({count})")
    return lines


def _claim_lines(claim: Claim, weapon: Weapon, publishers: Publishers) -> list[str]:
    source = claim.source
    states = [
        label
        for label, applies in (
            ("not drawn", claim not in weapon.claims_of(claim.variant)),
            ("doubtful", claim.doubtful),
            (f"retracted {claim.retracted}", claim.retracted is not None),
        )
        if applies
    ]
    marks = [publishers.official_mark(source.publisher, claim.attributed_to), ", ".join(states)]
    shown = "".join(f" [{mark}]" for mark in marks if mark)
    against = "" if claim.target is None else f", against {claim.target.plural}"
    citation = ": ".join(filter(None, (_publisher(claim, publishers), source.headline)))
    date = source.date or "no date"
    date_note = f" ({source.date_note})" if source.date_note else ""
    days = [
        f"; {label} {day}"
        for label, day in (("first seen", claim.first_seen), ("checked", claim.checked))
        if day
    ]
    details = [f"{citation}, {date}{date_note}{''.join(days)}", source.url]
    details += [f"stored copy: {source.archived}" if source.archived else None]
    details += [f"wording: {claim.wording}" if claim.wording else None]
    details += [f"note: {claim.note}" if claim.note else None, f"claim {weapon.id}/{claim.id}"]
    return [
        f"    {claim.figure}{against}{shown}{_credit(claim, publishers)}",
        *(f"        {line}" for line in details if line),
    ]


def _credit(claim: Claim, publishers: Publishers) -> str:
    if claim.attributed_to is None:
        return ""
    kind = publishers.party_kind(claim.attributed_to)
    of_kind = "" if kind in {None, PartyKind.OTHER} else f" ({kind})"
    return f", attributed to {claim.attributed_to}{of_kind}"


def _publisher(claim: Claim, publishers: Publishers) -> str:
    """Return the publisher with what is known of its ownership; unsettled ownership is omitted."""
    publisher = publishers.find(claim.source.publisher)
    traits = [
        label
        for label, applies in (
            ("state media", publisher.state_media),
            ("public service", publisher.public_service),
            ("kind uncertain", publisher.unsure),
        )
        if applies
    ]
    return claim.source.publisher + (f" ({', '.join(traits)})" if traits else "")
