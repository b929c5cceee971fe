"""rangemap's answers, from its command: rings as written to files, and verdicts."""

import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import shapely

from comparisons.accuracy.cases import Circle
from comparisons.accuracy.measure import Drawing, drawing_of
from rangemap import Scenario
from rangemap.cli.app import main as command
from rangemap.errors import RangemapError


def draw(circle: Circle) -> Drawing:
    """Return the ring as written to GeoJSON, with its rounded decimals."""
    area = areas(circle.lat, circle.lon, f"{circle.radius_m:.0f} m")["ring"]
    return drawing_of(shapely.geometry.shape(area["geometry"]))


def areas(lat: float, lon: float, figure: str) -> dict[str, dict[str, Any]]:
    """Return the features that `rangemap map` writes for one figure, by kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.geojson"
        ended = run("map", "--from", f"{lat!r},{lon!r}", "--range", figure, "-o", path)
        if ended.status:
            raise RangemapError(ended.err)
        content = json.loads(path.read_text("utf-8"))
    return {one["properties"]["feature"]: one for one in content["features"]}


def within(circle: Circle, places: Iterable[tuple[float, float]]) -> list[bool]:
    """Return whether the verdict of `check` is inside."""
    table = Scenario(
        origins=[f"{circle.lat!r},{circle.lon!r}"],
        ranges=[f"{circle.radius_m:.0f} m"],
        sites=[f"{lat!r},{lon!r}" for lon, lat in places],
    ).check()
    inside: list[bool] = (table["verdict"] == "inside").tolist()
    return inside


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


def run(*words: object, folder: str | Path = ".") -> Ended:
    """Run the command in this process and return how it ended."""
    # Large outputs are written to the binary buffer of standard output.
    out, err, status = io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["rangemap", *map(str, words)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(folder),
    ):
        try:
            command()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    out.flush()
    return Ended(status, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]
