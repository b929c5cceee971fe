"""Third-party tables, one reader per format."""
