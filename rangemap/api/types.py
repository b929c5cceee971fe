"""Types of the arguments that the Python interface accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias


class SupportsGeoInterface(Protocol):
    """Object with a ``__geo_interface__``: a GeoJSON mapping of points."""

    @property
    def __geo_interface__(self) -> Mapping[str, Any]: ...


class SupportsArrowStream(Protocol):
    """Object that exports an Arrow table: a DataFrame, or a table of pyarrow, polars or DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class SupportsArrowArray(Protocol):
    """Object that exports an Arrow record batch."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> Any: ...


Table: TypeAlias = (
    SupportsGeoInterface | SupportsArrowStream | SupportsArrowArray | Mapping[str, Any]
)
"""Rows with positions: a DataFrame, GeoDataFrame or GeoSeries, an Arrow table, or GeoJSON."""
Texts: TypeAlias = str | Sequence[str]
Places: TypeAlias = str | Sequence[str | Mapping[str, str]]
"""PLACEs as text, or mappings with a ``place`` and a ``label``."""
Pairs: TypeAlias = str | Sequence[str | Mapping[str, Any]]
"""Texts such as ``"Kinzhal @ Vladivostok"``, or mappings with the keys of a pair."""
Panels: TypeAlias = Sequence[Mapping[str, Any]]
"""Mappings with the keys of a panel."""
FileName: TypeAlias = str | PathLike[str]
Units: TypeAlias = Literal["km", "mi", "nmi"]
Detail: TypeAlias = Literal["low", "medium", "high"]
Sort: TypeAlias = Literal["distance", "name", "verdict", "given"]
PanelScale: TypeAlias = Literal["common", "separate"]
Tint: TypeAlias = Literal["land", "all", "none"]
SourceKind: TypeAlias = Literal[
    "government", "manufacturer", "international organisation", "think tank", "news agency", "newspaper",
    "broadcaster", "trade press", "encyclopaedia", "aggregator", "blog", "forum", "advocacy", "unknown",
]  # fmt: skip
SourcesLine: TypeAlias = Literal["short", "full", "none"]
Projection: TypeAlias = Literal["aeqd", "laea", "eqearth", "merc"]
