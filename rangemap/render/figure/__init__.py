"""Pictures for print, slides and the web: PNG, SVG and PDF by matplotlib, without a browser."""

from rangemap.render.figure.panel_picture import make_panels_picture
from rangemap.render.figure.picture import Picture, make_picture
from rangemap.render.figure.projection import ProjectionName, parse_projection
from rangemap.render.figure.sizes import CARD, PRESETS, Size, parse_size

__all__ = [
    "CARD",
    "PRESETS",
    "Picture",
    "ProjectionName",
    "Size",
    "make_panels_picture",
    "make_picture",
    "parse_projection",
    "parse_size",
]
