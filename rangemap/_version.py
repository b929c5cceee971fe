"""The version, which every module can import without the public names."""

__version__ = "0.1.0"
