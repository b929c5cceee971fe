"""Words and figures: parsing, formatting, and the languages of outputs."""
