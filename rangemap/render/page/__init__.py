"""The page: one HTML file with Leaflet, and what embeds it."""
