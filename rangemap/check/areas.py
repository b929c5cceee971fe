"""Verdicts from areas: exact distances only where chords to the border do not decide.

A chord to the nearest edge of the border bounds the distance of a site from both sides. If no figure lies
between the bounds, the verdict is the same at every distance between them, so that their mean is
judged; otherwise the exact distance is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.check.points import Floats, SitePoints
from rangemap.check.verdicts import judge
from rangemap.geodesy.area import Area, longest_chord_m, longest_distance_m, shortest_distance_m
from rangemap.scenario.origins import Origin


def area_codes(
    points: SitePoints, origin: Origin, area: Area, bands: Sequence[Band]
) -> Iterator[NDArray[np.uint8]]:
    """Yield the index into `VERDICTS` of every site, for each band around an area.

    Parameters
    ----------
    points : SitePoints
        The sites.
    origin : Origin
        The origin, whose precision counts.
    area : Area
        Its area.
    bands : sequence of Band
        The bands.

    Yields
    ------
    ndarray of uint8, shape (n,)
        What `judge` returns for the exact distances.
    """
    precisions_m = points.precision_m + origin.precision_m
    distances_m = _distances_m(points, area, bands, precisions_m)
    for band in bands:
        yield judge(band, distances_m, precisions_m).verdicts


def _distances_m(
    points: SitePoints, area: Area, bands: Sequence[Band], precisions_m: Floats
) -> Floats:
    """Return distances with the verdicts of the exact ones."""
    figures = {
        at_m
        for band in bands
        for at_m in (band.low_m, band.high_m, band.min_m, band.max_min_m)
        if at_m is not None
    }
    farthest_m = max(figures) + float(precisions_m.max(initial=0)) + area.half_edge_m
    limit_m = float(longest_chord_m(farthest_m))
    chords_m = np.sqrt(area.squared_chords(points.lon, points.lat, longest_m=limit_m))
    most_m = longest_distance_m(chords_m)
    least_m = np.maximum(shortest_distance_m(chords_m) - area.half_edge_m, 0)
    least_m[chords_m == 0] = most_m[chords_m == 0] = 0  # inside
    unsure = np.zeros(len(points), dtype=bool)
    for at_m in figures:
        unsure |= (least_m - precisions_m <= at_m) & (most_m + precisions_m >= at_m)
    distances_m: Floats = (least_m + most_m) / 2
    distances_m[unsure] = area.distances_m(points.lon[unsure], points.lat[unsure])
    return distances_m
