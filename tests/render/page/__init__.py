"""The map page: the file, and what readers see and do in a browser."""
