"""The local base map: roads, water and places of a user's own extract, read in a process with limits."""
