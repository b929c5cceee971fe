"""Files for geographic information systems."""
