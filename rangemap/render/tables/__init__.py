"""Tables: CSV, JSON, Excel and Parquet."""
