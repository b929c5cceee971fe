import numpy as np
import pytest

from comparisons.speed import _results, report
from comparisons.speed._brackets import geocentric, longest_m, shortest_m
from comparisons.speed._peers import Brute, Rangemap, Truth
from comparisons.speed.beside import deviation
from rangemap.geodesy import WGS84, LonLat, ring


@pytest.mark.parametrize("radius_km", [1, 250, 9000, 19_990])
def test_the_reference_of_the_benchmarks_is_the_geodesic_distance_everywhere(radius_km):
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(-180, 180, 3000), np.degrees(np.arcsin(rng.uniform(-1, 1, 3000)))
    origins = np.array([179.9, -60.0, 10.0]), np.array([0.5, 89.9, -45.0])
    asked = (*origins, [radius_km * 1000.0, 100.0])
    found = [list(peer(lon, lat, 3).members(*asked)) for peer in (Truth, Brute, Rangemap)]
    assert all(len(rings) == 6 for rings in found)
    for truth, brute, ours in zip(*found, strict=True):
        assert truth.tolist() == brute.tolist() == ours.tolist()


def test_the_bracket_of_other_tools_contains_every_chord():
    rng = np.random.default_rng(8)
    n = 50_000
    lon, lat = rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
    distances_m = 10 ** rng.uniform(1, 7.29, n)
    there = WGS84.fwd(lon, lat, rng.uniform(-180, 180, n), distances_m)[:2]
    chords_m = np.sqrt(((geocentric(lon, lat) - geocentric(*there)) ** 2).sum(axis=0))
    shortest = np.array([shortest_m(distance) for distance in distances_m.tolist()])
    longest = np.array([longest_m(distance) for distance in distances_m.tolist()])
    assert (shortest < chords_m).all()
    assert (chords_m < longest).all()


def test_the_error_of_a_ring_with_too_few_vertices_is_measured():
    # A square in a circle: the midpoint of an edge is at cos 45 degrees of the radius.
    vertices = ring(LonLat(0, 0), 10_000).vertices
    corners = vertices[np.linspace(0, len(vertices) - 1, 5).round().astype(int)]
    assert deviation((0, 0, 10_000), corners) == pytest.approx(1 - np.sqrt(0.5), abs=0.02)


def test_the_page_of_the_benchmarks_shows_the_results():
    page = report.README.read_text("utf-8")
    assert page.split(report.MARKS[0])[1].split(report.MARKS[1])[0] == report.body(_results.read())
