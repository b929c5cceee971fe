"""Open rangemap's output in the programs that its readers use: `make clients`."""
