"""The verdict rule, the same for one site or a hundred million."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.wording.quantities import Bound


class Verdict(StrEnum):
    """Verdict of the claims on a site; the order is that of the codes."""

    INSIDE = "inside"
    DISPUTED = "disputed"
    TOO_CLOSE = "too_close"
    OUTSIDE = "outside"

    @property
    def reaches(self) -> bool:
        """Whether a claim may reach the site; if so, pages and pictures fill its marker."""
        return self in {Verdict.INSIDE, Verdict.DISPUTED}


class Reason(StrEnum):
    """Why a verdict is uncertain; the order is that of the codes."""

    NONE = ""
    CLAIMS = "claims differ"
    POSITION = "position"
    BOTH = "claims differ, position"
    MINIMUM = "published as a minimum"


VERDICTS: Final = tuple(Verdict)
REASONS: Final = tuple(Reason)
_INSIDE, _DISPUTED, _TOO_CLOSE, _OUTSIDE = range(4)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts of many sites, as arrays with the same shape as the distances.

    Parameters
    ----------
    verdicts : ndarray of uint8
        Indices into `VERDICTS`.
    reasons : ndarray of uint8
        Indices into `REASONS`.
    claims_reaching : ndarray of int64
        Number of claims whose figures include each distance.
    """

    verdicts: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    claims_reaching: NDArray[np.int64]


def judge(
    band: Band, distance_m: NDArray[np.float64], precision_m: NDArray[np.float64] | float = 0.0
) -> Verdicts:
    """Judge sites at given distances from one origin against one band.

    Parameters
    ----------
    band : Band
        The band of the claims.
    distance_m : ndarray of float64
        Geodesic distance d from the origin to each site, metres.
    precision_m : ndarray of float64 or float, default 0
        Sum p of the precisions of origin and site, metres.

    Returns
    -------
    Verdicts
        ``too_close`` if d + p < smallest published minimum; ``outside`` if
        d - p > high; ``inside`` if d + p <= low and (no minimum is published or
        d - p >= largest published minimum); else ``disputed``.

    Notes
    -----
    A disputed verdict has the reason ``claims differ`` if it is disputed even at
    p = 0, ``position`` if some distance within p of d is not disputed at p = 0, and
    both if both apply. A site outside a band whose top figure was published as
    ``at least`` has the reason ``published as a minimum``.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> band = bare_system("200-300 km").band
    >>> found = judge(band, np.array([150e3, 250e3, 301e3]))
    >>> [VERDICTS[code].value for code in found.verdicts]
    ['inside', 'disputed', 'outside']
    """
    d = np.asarray(distance_m, dtype=np.float64)
    near, far = d - precision_m, d + precision_m
    verdicts = _rule(band, near, far)
    claims_differ = _rule(band, d, d) == _DISPUTED
    # Where the claims agree at d itself, that is such a distance; where they differ, the
    # position matters only if a distance at which they agree is as possible as d.
    unsure = _agree_between(band, near, far)
    disputed = verdicts == _DISPUTED
    reasons = np.zeros(d.shape, dtype=np.uint8)
    reasons[disputed & claims_differ] = REASONS.index(Reason.CLAIMS)
    reasons[disputed & unsure] = REASONS.index(Reason.POSITION)
    reasons[disputed & claims_differ & unsure] = REASONS.index(Reason.BOTH)
    if band.top is Bound.AT_LEAST:
        reasons[verdicts == _OUTSIDE] = REASONS.index(Reason.MINIMUM)
    return Verdicts(verdicts, reasons, _claims_reaching(band, d))


def verdicts_at(
    band: Band, distance_m: NDArray[np.float64], precision_m: NDArray[np.float64] | float
) -> NDArray[np.uint8]:
    """Return only the verdicts of `judge`."""
    return _rule(band, distance_m - precision_m, distance_m + precision_m)


def _rule(band: Band, near: NDArray[np.float64], far: NDArray[np.float64]) -> NDArray[np.uint8]:
    verdicts = np.full(near.shape, _DISPUTED, dtype=np.uint8)
    inside = far <= band.low_m
    if band.max_min_m is not None:
        inside &= near >= band.max_min_m
    verdicts[inside] = _INSIDE
    verdicts[near > band.high_m] = _OUTSIDE
    if band.min_m is not None:
        verdicts[far < band.min_m] = _TOO_CLOSE
    return verdicts


def _agree_between(
    band: Band, near: NDArray[np.float64], far: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return whether some exact distance from near to far is not disputed."""
    agree = far > band.high_m
    if band.min_m is None or band.max_min_m is None:
        return agree | (near <= band.low_m)
    agree |= near < band.min_m
    if band.max_min_m <= band.low_m:  # otherwise no distance is inside for all claims
        agree |= (far >= band.max_min_m) & (near <= band.low_m)
    return agree


def _claims_reaching(band: Band, distance_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count the claims whose own figures include each distance."""
    count = np.zeros(distance_m.shape, dtype=np.int64)
    for claim in band.claims:
        if claim.range is not None:
            reaches = distance_m <= claim.range.high_m
            if claim.range.min_m is not None:
                reaches &= distance_m >= claim.range.min_m
            count += reaches
    return count
