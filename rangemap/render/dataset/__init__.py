"""The catalogue and the registry as a dataset that others can cite and load.

`NAME` is the name of every dataset in its `datapackage.json`.
"""

from __future__ import annotations

from rangemap.catalogue import Catalogue, Publishers
from rangemap.catalogue.export import catalogue_tables
from rangemap.places.file import format_registry
from rangemap.places.registry import Registry
from rangemap.render.dataset.croissant import to_croissant, to_schema_org
from rangemap.render.dataset.datapackage import to_datapackage
from rangemap.render.dataset.description import NAME, Dataset, File, json_bytes
from rangemap.render.dataset.readme import to_citation_cff, to_readme
from rangemap.render.dataset.tables import csv_bytes, parquet_bytes, sites_table

__all__ = ["NAME", "dataset_files"]


def dataset_files(
    catalogue: Catalogue, registry: Registry, publishers: Publishers
) -> dict[str, bytes]:
    """Return the files of a dataset.

    Parameters
    ----------
    catalogue : Catalogue
        The weapons with their claims.
    registry : Registry
        The places.
    publishers : Publishers
        The kinds of the claims' publishers.

    Returns
    -------
    dict of str to bytes
        The content of each file by its name: the tables as CSV and Parquet, the places
        as GeoJSON too, and their descriptions. The same catalogue and registry give the
        same bytes (Parquet with the same version of its library).
    """
    sites = sites_table(registry)
    tables = (*catalogue_tables(catalogue, publishers), sites)
    files: list[File] = []
    for table in tables:
        files.append(
            File(
                name=f"{table.name}.csv",
                description=table.description,
                content=csv_bytes(table),
                table=table,
            )
        )
        points = registry if table is sites else None
        files.append(
            File(
                name=f"{table.name}.parquet",
                description=f"The table {table.name} as {'GeoParquet' if points else 'Parquet'}.",
                content=parquet_bytes(table, points),
            )
        )
    files.append(
        File(
            name="sites.geojson",
            description="The places as points, with every published position and its publisher.",
            content=format_registry(registry.places).encode(),
        )
    )
    dataset = Dataset(
        edition=catalogue.edition, version=catalogue.version, tables=tables, files=tuple(files)
    )
    return {
        "README.md": to_readme(dataset).encode(),
        "CITATION.cff": to_citation_cff(dataset).encode(),
        "datapackage.json": json_bytes(to_datapackage(dataset)),
        "croissant.json": json_bytes(to_croissant(dataset)),
        "dataset.jsonld": json_bytes(to_schema_org(dataset)),
        **{file.name: file.content for file in files},
    }
