"""What rangemap writes, opened in the programs that its readers use: `make clients`."""
