"""The band of a set of claims, and the system that a ring is drawn for.

Claims are not judged here; a weapon's band and headline follow from its claims by the
rules described at `Band`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rangemap.catalogue.categories import Target, Use, category_of
from rangemap.catalogue.filters import ClaimFilter
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.errors import CatalogueError, QuantityError
from rangemap.names import match_key
from rangemap.wording.figures import Figure
from rangemap.wording.quantities import Bound, Range, parse_range

if TYPE_CHECKING:
    from rangemap.catalogue.publishers import Publishers


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The band of a set of range claims.

    It extends from the smallest lower figure to the largest upper one. The headline,
    drawn as the solid line, is the upper median of the upper figures, or the newest
    claim of a preferred publisher, who is then named.

    Several claims may give the same figure. Its qualifier and published phrase are
    those of the newest claim without a qualifier; if all have one, of the newest.

    Parameters
    ----------
    claims : tuple of Claim
        The claims that count.
    low, headline, high : Figure
        The smallest lower figure, the headline, and the largest upper figure.
    minimum : Figure or None
        The smallest published minimum range; None if no claim has one.
    max_min_m : float or None
        The largest published minimum range, metres; None if no claim has one.
    top : Bound
        How ``high`` was published; it determines the reason of a verdict outside it.
    preferred : str, optional
        The publisher whose newest claim is the headline, if one was preferred.
    """

    claims: tuple[Claim, ...]
    low: Figure
    headline: Figure
    high: Figure
    minimum: Figure | None
    max_min_m: float | None
    top: Bound
    preferred: str | None = None

    @property
    def low_m(self) -> float:
        """The smallest lower figure, metres."""
        return self.low.metres

    @property
    def headline_m(self) -> float:
        """The figure of the solid line, metres."""
        return self.headline.metres

    @property
    def high_m(self) -> float:
        """The largest upper figure, metres."""
        return self.high.metres

    @property
    def min_m(self) -> float | None:
        """The smallest published minimum, metres."""
        return None if self.minimum is None else self.minimum.metres

    @property
    def headline_published(self) -> str:
        """The headline as published, without its minimum: ``about 1,056 mi``."""
        return self.headline.published


def make_band(claims: Sequence[Claim], *, prefer: str | None = None) -> Band:
    """Return the band of one or more range claims.

    Parameters
    ----------
    claims : sequence of Claim
        Claims that can be drawn, each counted once.
    prefer : str, optional
        Publisher whose newest claim is the headline, if it has one.

    Returns
    -------
    Band
        Figures in metres.
    """
    dated = sorted(claims, key=lambda claim: claim.source.date or "", reverse=True)
    ranges = [claim.range for claim in dated if claim.range is not None]
    uppers = sorted(figure.high_m for figure in ranges)
    lows_m = {figure.low_m for figure in ranges}
    minimums = [figure.min_m for figure in ranges if figure.min_m is not None]
    tops = {figure.bound for figure in ranges if figure.high_m == uppers[-1]}
    headline = _upper(ranges, uppers[len(uppers) // 2])
    preferred = None
    if prefer is not None:
        key = match_key(prefer)
        newest = next((c for c in dated if c.range and match_key(c.source.publisher) == key), None)
        if newest is not None and newest.range is not None:
            headline = _upper([newest.range], newest.range.high_m)
            preferred = newest.source.publisher
    return Band(
        claims=tuple(claims),
        low=_figure([r for r in ranges if r.low_m == min(lows_m)], min(lows_m)),
        headline=headline,
        high=_upper(ranges, uppers[-1]),
        minimum=_minimum(ranges, min(minimums)) if minimums else None,
        max_min_m=max(minimums, default=None),
        top=next((b for b in (Bound.AT_LEAST, Bound.ABOUT) if b in tops), Bound.UP_TO),
        preferred=preferred,
    )


def _upper(ranges: Iterable[Range], metres: float) -> Figure:
    """Return the figure at the upper end of some ranges, given newest first."""
    return _figure([published for published in ranges if published.high_m == metres], metres)


def _figure(ranges: Sequence[Range], metres: float) -> Figure:
    """Return the figure at which some ranges, given newest first, begin or end."""
    plain = [published for published in ranges if not published.bound.mark]
    chosen = plain or ranges
    units = dict.fromkeys(published.unit for published in chosen)
    return Figure(metres=metres, units=tuple(units), phrase=chosen[0])


def _minimum(ranges: Iterable[Range], metres: float) -> Figure:
    published = [figure for figure in ranges if figure.min_m == metres]
    units = dict.fromkeys(figure.min_unit or figure.unit for figure in published)
    return Figure(metres=metres, units=tuple(units))


AS_TYPED: Final = "range as typed"
"""The publisher of a range without a source."""
ALL_CLAIMS: Final = ClaimFilter()
"""No condition: all claims of a weapon or variant count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What a ring is drawn for: a weapon, one variant of it, or a bare range.

    Parameters
    ----------
    label : str
        Its name; the text of its range for a bare range without a label.
    band : Band
        The band of its claims.
    weapon : Weapon, optional
        The catalogue entry; None for a bare range.
    variant : str, optional
        The variant whose claims count.
    counted : ClaimFilter
        The conditions that its claims meet; by default none.
    named : bool, default True
        False for a bare range without a label.
    caption : str, optional
        The label that the user gave to the ring of a weapon.
    colour : str, optional
        The colour that the user gave to the ring, ``#RRGGBB``.
    """

    label: str
    band: Band
    weapon: Weapon | None = None
    variant: str | None = None
    counted: ClaimFilter = ALL_CLAIMS
    named: bool = True
    caption: str | None = None
    colour: str | None = None

    def __hash__(self) -> int:
        # That of all claims takes much longer.
        return hash((self.label, self.variant, self.caption, self.colour))

    @property
    def display_name(self) -> str:
        """The name shown to readers; tables for programs have ``label``, which joins with others."""
        return self.caption or self.label

    @property
    def plain(self) -> System:
        """The same without the ring's own label and colour."""
        if self.caption is None and self.colour is None:
            return self
        return replace(self, caption=None, colour=None)

    @property
    def has_sources(self) -> bool:
        """Whether its claims were published; a range given directly may have a source too."""
        return self.weapon is not None or any(
            claim.source != _TYPED_SOURCE for claim in self.band.claims
        )

    @property
    def target(self) -> Target | None:
        """What its ranges are meant against; None if they are not engagement ranges."""
        stated = self.variant is not None and "target" in self.variant.casefold()
        if self.weapon is None or stated:  # as in "SM-6 (against surface targets)"
            return None
        return self.weapon.target

    @property
    def use(self) -> Use:
        """What its ranges describe, which decides the sentence on maps and reports."""
        if self.target is not None:
            return Use.ENGAGEMENT
        category = None if self.weapon is None else category_of(self.weapon.category)
        guns = category is not None and category.use is Use.AMMUNITION
        return Use.AMMUNITION if guns else Use.REACH

    @property
    def edition(self) -> str:
        """The catalogue file that its figures come from; empty for a bare range."""
        return "" if self.weapon is None else self.weapon.edition

    @property
    def basis(self) -> str:
        """The edition, and the conditions on its claims, for the columns of files."""
        if not self.edition or not self.counted:
            return self.edition
        return f"{self.edition}; claims that count: {'; '.join(self.counted.conditions)}"


_TYPED_SOURCE: Final = Source(publisher=AS_TYPED)


def bare_system(text: str, *, label: str | None = None, source: Source | None = None) -> System:
    """Return the system of a bare range.

    Parameters
    ----------
    text : str
        ``RANGE`` or ``LABEL=RANGE``, such as ``Patrol=70 km (min 10 km)``; with ``label``
        only the range.
    label : str, optional
        Its name.
    source : Source, optional
        Where the range was published, as given by the user.

    Returns
    -------
    System
        A system with one claim, whose source is the given one or the text itself.

    Raises
    ------
    QuantityError
        If the range cannot be parsed, or the label is empty.

    Examples
    --------
    >>> bare_system("Patrol=70 km").label
    'Patrol'
    """
    phrase = text
    if label is None:
        label, equals, phrase = text.rpartition("=")
        if equals and not label.strip():
            raise QuantityError(f"{text!r} has no label before the '='; write LABEL=RANGE or RANGE")
    figure = parse_range(phrase, default_bound=Bound.UP_TO)
    claim = Claim(id="typed", range=figure, source=source or _TYPED_SOURCE)
    label = label.strip()
    return System(label=label or phrase.strip(), band=make_band([claim]), named=bool(label))


def make_system(
    weapon: Weapon,
    variant: str | None,
    *,
    prefer: str | None = None,
    counted: ClaimFilter = ALL_CLAIMS,
) -> System:
    """Return a weapon or a variant of it, with the band of the claims that count.

    Parameters
    ----------
    weapon : Weapon
        The entry.
    variant : str or None
        The variant whose claims count; None for the claims without a variant or, if all
        claims are about variants, for those of the entry's ``default_variant``.
    prefer : str, optional
        Publisher whose newest claim is the headline, if it has one.
    counted : ClaimFilter, optional
        The conditions that claims must meet; by default none.

    Returns
    -------
    System
        The system, with the variant that was chosen.

    Raises
    ------
    CatalogueError
        If no claim can be drawn, or the entry has only variants and no default.
    """
    claims = weapon.claims_of(variant)
    if variant is None and not claims:
        drawable = [name for name in weapon.variants if weapon.claims_of(name)]
        if drawable and weapon.default_variant is None:
            raise CatalogueError(
                f"weapon {weapon.name!r} has figures for its variants only; name one of:"
                f" {', '.join(map(weapon.label, drawable))}"
            )
        variant = weapon.default_variant if drawable else None
        claims = weapon.claims_of(variant)
    label = weapon.label(variant)
    if not claims:
        concerned = [c for c in weapon.claims if variant is None or c.variant == variant]
        kinds = ", ".join(dict.fromkeys(map(why_not_drawn, concerned)))
        raise CatalogueError(
            f"weapon {label!r} has no published range that can be drawn (its claims: {kinds});"
            f" `rangemap weapons show {weapon.id}` lists them"
        )
    kept = [claim for claim in claims if counted.keeps(weapon, claim)] if counted else claims
    if not kept:
        raise CatalogueError(
            f"weapon {label!r} has no remaining range claim ({'; '.join(counted.conditions)});"
            " choose a later date, other kinds of publishers or fewer exclusions"
        )
    band = make_band(kept, prefer=prefer)
    # The list of publishers is not needed any more; worker processes would get a copy of it.
    counted = replace(counted, publishers=None) if counted else ALL_CLAIMS
    return System(label=label, band=band, weapon=weapon, variant=variant, counted=counted)


def with_credits_in_order(system: System, publishers: Publishers) -> System:
    """Return a system whose claims are in the order in which their publishers are credited.

    Parameters
    ----------
    system : System
        The system; its band does not change.
    publishers : Publishers
        The kinds of publishers, which decide the order.

    Returns
    -------
    System
        The same figures; outputs name publishers in this order.
    """
    claims = publishers.ordered(system.band.claims)
    return replace(system, band=replace(system.band, claims=claims))


def why_not_drawn(claim: Claim) -> str:
    """Return in a word or two why a claim forms no band.

    Parameters
    ----------
    claim : Claim
        One that counts in no band of its weapon.

    Returns
    -------
    str
        Such as ``doubtful``, ``observed flight`` or ``against ballistic missiles``.
    """
    if claim.kind is not ClaimKind.RANGE:
        return str(claim.kind)
    if claim.retracted is not None:
        return "retracted"
    if claim.doubtful or claim.target is None:
        return "doubtful"
    return f"against {claim.target.plural}"
