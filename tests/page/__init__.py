"""The map page: the file and what a reader meets in a browser."""
