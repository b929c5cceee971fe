"""Formats of sites read in chunks: Parquet, CSV, FlatGeobuf, GeoPackage, local or remote.

Each format has a module; `batches` turns the rows read into chunks; `addresses` opens local and
remote files.
"""
