"""The page's JavaScript without a browser: the types of its payload, and its pure functions in node."""
