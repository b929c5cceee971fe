"""Run the cases in every available tool and write docs/accuracy.md."""

import importlib.metadata
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from comparisons.accuracy.cases import EXPECTED, Circle, read_cases, read_circles
from comparisons.accuracy.measure import SEED, WGS84, distance_m, score
from comparisons.accuracy.peers import AbsentError, Peer, Place, need, peers
from comparisons.accuracy.questions import LOADS, findings, impossible
from comparisons.accuracy.report import Answers, page

ROOT = Path(__file__).resolve().parents[2]
NEAR = 200  # places near each ring


def main() -> None:
    cases, circles = read_cases(), read_circles()
    tools = []
    for name, make in peers(ROOT / "comparisons" / "accuracy"):
        try:
            with make() as peer:
                tools.append(ask(peer, circles, cases["impossible"]))
            print(f"{name}: done")
        except AbsentError as error:
            tools.append(Answers(name, absent=str(error)))
            print(f"{name}: not run, needs {error}")
    by = json.loads(EXPECTED.read_text("utf-8"))["by"]
    text = page(by, circles, tools, list(findings(cases)), folium())
    (ROOT / "docs" / "accuracy.md").write_text(text, "utf-8")


def ask(peer: Peer, circles: Sequence[Circle], rows: Sequence[dict[str, object]]) -> Answers:
    """Run all cases in one tool; a refusal is no answer, or the correct one if no ring exists."""
    found = Answers(peer.name, peer.version, peer.how)
    for circle in circles:
        try:
            drawing = peer.draw(circle)
        except Exception as error:  # noqa: BLE001  any exception is a refusal
            print(f"  {peer.name}, {circle.what}: {str(error).splitlines()[0]}")
            found.scores.append(None)
            found.grades.append("none" if circle.expected["area_m2"] else "right")
        else:
            result = score(circle, drawing)
            found.scores.append(result)
            found.grades.append(result.grade)
        if peer.within is not None:
            lon, lat = near_places(circle)
            places: list[Place] = [*circle.places.values(), *zip(lon.tolist(), lat.tolist(), strict=True)]  # fmt: skip
            off = distance_m(circle, *np.array(places).T) / circle.radius_m - 1
            wrong = np.array(peer.within(circle, places)) != (off <= 0)
            found.asked += len(places)
            found.wrong += int(wrong.sum())
            found.farthest = max(found.farthest, float(np.abs(off[wrong]).max(initial=0)))

    def draw(lat: float, lon: float, radius_m: float) -> object:
        drawing = peer.draw(Circle("", "", lon, lat, radius_m, {}, {}))
        sizes = [len(path) for path in drawing.paths]
        if not sum(sizes):
            return None
        if not all(np.isfinite(path).all() for path in drawing.paths):
            raise ValueError("not a number")
        return drawing

    found.impossible = [impossible(row, draw) for row in rows]
    return found


def near_places(circle: Circle) -> tuple[np.ndarray, np.ndarray]:
    """Return places at 1e-5 to 0.1 of the radius from the ring, on either side."""
    rng = np.random.default_rng(SEED)
    off = rng.choice([-1, 1], NEAR) * 10 ** rng.uniform(-5, -1, NEAR)
    start = np.full(NEAR, circle.lon), np.full(NEAR, circle.lat)
    there_m = np.minimum(circle.radius_m * (1 + off), 20_003_000)
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, NEAR), there_m)
    return lon.round(9), lat.round(9)


def folium() -> str:
    """Describe how many addresses a page made by folium alone loads (C17)."""
    try:
        need("folium")
    except AbsentError:
        return "The page of folium was not made: folium is not installed."
    import folium as peer

    chart = peer.Map([33.0, 44.0], zoom_start=6)
    peer.Circle([33.0, 44.0], radius=250_000).add_to(chart)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.html"
        chart.save(path)
        loads = len(LOADS.findall(path.read_text("utf-8")))
    version = importlib.metadata.version("folium")
    return f"For C17: a page with one circle made by folium {version} loads {loads} external addresses, in addition to tiles."  # fmt: skip


if __name__ == "__main__":
    main()
