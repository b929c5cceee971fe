"""The base map behind the rings: its levels of detail, and the names on it, for pages and pictures alike."""
