"""The versions of the libraries and data that affect a result."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import pyogrio
import pyproj
import shapely
from pyproj.database import get_database_metadata

from rangemap._version import __version__
from rangemap.catalogue import read_catalogue

_PACKAGES: Final = (
    "folium", "geopandas", "matplotlib", "numpy", "pyarrow", "pydantic", "pyogrio", "pyproj",
    "shapely",
)  # fmt: skip


def versions() -> dict[str, str | None]:
    """Return the versions of rangemap and of the libraries and data in use.

    Returns
    -------
    dict
        Names and versions: rangemap, Python, the C libraries and their data, the Leaflet
        embedded in maps, Python packages (None if not installed), and the built-in catalogue
        by file, edition and hash.

    Examples
    --------
    >>> list(versions())[:6]
    ['rangemap', 'Python', 'PROJ', 'PROJ data', 'GEOS', 'GDAL']
    """
    return {
        "rangemap": __version__,
        "Python": platform.python_version(),
        "PROJ": pyproj.proj_version_str,
        "PROJ data": f"EPSG {get_database_metadata('EPSG.VERSION')}",
        "GEOS": shapely.geos_version_string,
        "GDAL": pyogrio.__gdal_version_string__,
        # The fourth number is that of the XStatic package.
        "Leaflet": version("XStatic-Leaflet").rpartition(".")[0],
        **{name: _installed(name) for name in _PACKAGES},
        "catalogue": read_catalogue().edition,
    }


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
