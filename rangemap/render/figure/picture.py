"""A picture and its files: PNG, SVG and PDF with metadata, and the files next to them."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from rangemap._version import __version__
from rangemap.check import CheckRow
from rangemap.extras import require
from rangemap.render.citation import cite_method, cite_system, describe, sources_text
from rangemap.render.extent import outside_note
from rangemap.render.figure.alt_text import alt_text
from rangemap.render.figure.canvas import HALO_OPACITY, HALO_WIDTH, panel_layer, settings
from rangemap.render.figure.labels import Box
from rangemap.render.figure.layout import (
    choose_projection,
    describe_projection,
    draw_picture,
)
from rangemap.render.figure.legend import Omissions
from rangemap.render.figure.projection import ProjectionName
from rangemap.render.figure.sizes import Size, parse_size
from rangemap.render.figure.typeface import (
    FONT,
    add_font,
    installed_fonts,
    missing_glyphs_ignored,
    single_line,
)
from rangemap.render.figure.xmp import ALT, to_xmp
from rangemap.render.style import HOUSE_STYLE, HouseStyle
from rangemap.render.wording import local_credit, promise
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection
from rangemap.wording.language import Language

_SVG: Final = "http://www.w3.org/2000/svg"
_FALLBACK_FONTS: Final = (
    "Verdana, sans-serif"  # on machines without DejaVu Sans; Verdana is as wide
)
_INKSCAPE: Final = "http://www.inkscape.org/namespaces/inkscape"
_MODE: Final = f"{{{_INKSCAPE}}}groupmode"
_LABEL: Final = f"{{{_INKSCAPE}}}label"
_PANEL_LAYER: Final = re.compile(f"{panel_layer(0).replace('0', '([0-9]+)')}-")


class Part(NamedTuple):
    """One of several maps in a picture: its title, its alternative text and its frame in points."""

    title: str
    alt: str
    frame: Box


@dataclass(frozen=True, eq=False)
class Picture:
    """One drawing that can be written in several formats; each gives the same bytes every time.

    ``alt`` is its alternative text, ``description`` the long description, ``projection`` the
    sentence on its projection.
    """

    figure: Figure
    title: str
    alt: str
    description: str
    citation: str
    sources: str
    credit: str | None
    families: tuple[str, ...]
    lang: str = "en"
    outside: str = ""
    """The sentence that names the requested sites outside the picture, if there are any."""
    projection: str = ""
    numbers: Mapping[int, int] = field(default_factory=dict)
    """The numbers that stand for names on it, by the row of their site."""
    parts: Sequence[Part] = ()
    """Its panels, if it has several maps."""

    @property
    def descriptions(self) -> str:
        """The alternative text, and below it the long description."""
        return f"{self.alt}\n\n{self.description}\n"

    def to_bytes(self, suffix: str) -> bytes:
        """Return the picture in the format of a suffix of `rangemap.render.outputs.PICTURES`."""
        writers = {
            ".png": self.to_png,
            ".jpg": self.to_jpg,
            ".webp": self.to_webp,
            ".svg": self.to_svg,
            ".pdf": self.to_pdf,
        }
        return writers[suffix]()

    def to_png(self) -> bytes:
        """Return a PNG with title, description and citation as text chunks."""
        texts = {"Title": self.title, "Description": self.description, "Source": self.citation}
        return self._saved("png", {"Software": _MAKER, **texts, **self._author("Author")})

    def to_jpg(self) -> bytes:
        """Return a JPEG with the texts of `to_png` and the alternative text as XMP.

        Colours are not subsampled: thin coloured lines and letters would blur.
        """
        return self._reencoded("JPEG", quality=92, subsampling=0, optimize=True)

    def to_webp(self) -> bytes:
        """Return a lossless WebP with the texts of `to_jpg`."""
        return self._reencoded("WEBP", lossless=True, quality=100, method=6)

    def _xmp(self) -> bytes:
        """Return title, description, credit, citation and alternative text as XMP metadata."""
        texts = {
            "dc:title": self.title,
            "dc:description": self.description,
            "dc:creator": self.credit and single_line(self.credit),
            "dc:source": self.citation,
            "xmp:CreatorTool": _MAKER,
            ALT: self.alt,
        }
        return to_xmp(texts)

    def _reencoded(self, kind: str, **options: Any) -> bytes:
        content, dots = io.BytesIO(), (self.figure.dpi, self.figure.dpi)
        with Image.open(io.BytesIO(self._saved("png", {"Software": None}))) as picture:
            picture.convert("RGB").save(content, kind, xmp=self._xmp(), dpi=dots, **options)
        return content.getvalue()

    def to_pdf(self) -> bytes:
        """Return a tagged PDF with its fonts embedded; the citation is its subject."""
        require("pypdf", "pictures", "a PDF picture")
        from rangemap.render.figure.accessible import to_tagged_pdf

        texts = {"Title": self.title, "Subject": self.citation, "Keywords": self.description}
        software = {"Creator": _MAKER, "Producer": "matplotlib", "CreationDate": None}
        content = self._saved("pdf", {**texts, **software, **self._author("Author")})
        parts = [(part.alt, part.frame) for part in self.parts]
        return to_tagged_pdf(content, alt=self.alt, lang=self.lang, xmp=self._xmp(), parts=parts)

    def to_svg(self) -> bytes:
        """Return an SVG with a group for each layer, text as text, and a description."""
        texts = {"Title": self.title, "Description": self.description, "Source": self.citation}
        provenance = {"Date": None, "Creator": self.credit or _MAKER, "Publisher": _MAKER}
        with self._halos_as_text():
            content = self._saved("svg", {**texts, **provenance})
        return _grouped_by_layer(content, self)

    @contextmanager
    def _halos_as_text(self) -> Iterator[None]:
        """Save halos as text: as outlines of one font, they do not fit the letters of another."""
        effects = {text: text.get_path_effects() for text in self.figure.findobj(Text)}
        for text in effects:
            text.set_path_effects([])
        try:
            yield
        finally:
            for text, rims in effects.items():
                text.set_path_effects(rims)

    def _author(self, key: str) -> dict[str, str]:
        return {key: single_line(self.credit)} if self.credit else {}

    def _saved(self, kind: str, metadata: dict[str, str | None]) -> bytes:
        content = io.BytesIO()
        with settings(), missing_glyphs_ignored():
            self.figure.savefig(content, format=kind, dpi=self.figure.dpi, metadata=metadata)
        return content.getvalue()


_MAKER: Final = f"rangemap {__version__}"
_MOST_NAMES: Final = 40  # in the description, of places not shown


def make_picture(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Iterable[CheckRow],
    *,
    size: Size | None = None,
    projection: ProjectionName | None = None,
    fonts: Sequence[Path] = (),
    titled: bool = True,
    style: HouseStyle = HOUSE_STYLE,
    notify: Callable[[str], None] = lambda _: None,
) -> Picture:
    """Draw a selection's map as a picture.

    Parameters
    ----------
    selection : Selection
        The request.
    rings : sequence of RangeRing
        Its rings.
    rows : iterable of CheckRow
        Its verdicts, for the description.
    size : Size, optional
        Size of the picture; ``web`` by default.
    projection : ProjectionName, optional
        By default azimuthal equidistant around a single origin, where every ring is a true
        circle; equal-area around the middle of several origins, or Equal Earth if they
        span the globe.
    fonts : sequence of Path
        Font files for characters that DejaVu Sans lacks.
    titled : bool, default True
        Whether the picture contains title and subtitle.
    style : HouseStyle
        Colours, fonts in order of preference (those not installed are reported and
        skipped), logo and credit line.
    notify : callable
        Called with one line about each thing that cannot be shown.

    Returns
    -------
    Picture
        `Picture.to_bytes` writes it.

    Raises
    ------
    OutputError
        If the size leaves no room for the map, or a font file is invalid.
    """
    families = [*installed_fonts(style.font, notify), FONT, *(add_font(path) for path in fonts)]
    verdicts = list(rows)
    with settings(), missing_glyphs_ignored():
        figure, omitted = draw_picture(
            selection,
            rings,
            size=size or parse_size(),
            projection=projection,
            fonts=families,
            titled=titled,
            style=style,
            notify=notify,
        )
    for kind, names in (("site", omitted.sites), ("origin", omitted.origins)):
        if names:
            notify(outside_note("picture", kind, names))
    language = selection.language
    cited = [
        f"{cite_system(system, language, selection.units)}." for system in selection.cited_systems
    ]
    local = [text] if (text := local_credit(selection)) else []
    citation = " ".join(
        [*cited, promise(selection.systems, language), *cite_method(selection, rings), *local]
    )
    about = describe_projection(selection, choose_projection(rings, projection))
    return Picture(
        figure=figure,
        title=single_line(selection.title),
        alt=alt_text(selection, rings),
        description=single_line(
            " ".join(
                [
                    describe(selection, verdicts, omitted=omission_sentences(omitted, language)),
                    *local,
                ]
            )
        ),
        citation=single_line(citation),
        sources=sources_text(selection, rings, projection=about),
        credit=selection.credit or style.credit,
        families=tuple(families),
        lang=language.code,
        outside=" ".join(omission_sentences(Omissions(sites=omitted.sites), language)),
        projection=about,
        numbers=omitted.numbers,
    )


def omission_sentences(omitted: Omissions, language: Language) -> list[str]:
    """Return a sentence for each kind of item that the picture does not show."""
    kinds = {
        "alt_unlabelled": omitted.unlabelled,
        "alt_sites_outside": omitted.sites,
        "alt_origins_outside": omitted.origins,
    }
    return [
        language.translate(
            key, names=language.some([language.name(name) for name in names], _MOST_NAMES)
        )
        for key, names in kinds.items()
        if names
    ]


def _grouped_by_layer(content: bytes, picture: Picture) -> bytes:
    """Group the elements of each layer, and add texts for screen readers and other fonts."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    ET.register_namespace("inkscape", _INKSCAPE)
    for prefix, uri in (
        ("cc", "http://creativecommons.org/ns#"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ):
        ET.register_namespace(prefix, uri)
    root = ET.fromstring(content)  # noqa: S314  matplotlib's own output
    axes = next(group for group in root.iter(f"{{{_SVG}}}g") if group.get("id") == "axes_1")
    layers: list[ET.Element] = []
    seen: Counter[str] = Counter()
    for child in list(axes):
        name, dashes, _ = (child.get("id") or "").partition("--")
        if not dashes:
            continue
        axes.remove(child)
        if not layers or layers[-1].get(_LABEL) != name:
            seen[name] += 1
            label = name if seen[name] == 1 else f"{name}-{seen[name]}"
            layers.append(ET.Element(f"{{{_SVG}}}g", {"id": label, _MODE: "layer", _LABEL: name}))
        layers[-1].append(child)
    axes.extend(_in_panels(layers, picture))
    for group in root.iter(f"{{{_SVG}}}g"):
        layer = (group.get("id") or "").partition("--")[0]
        _restyle(group, is_halo=layer.split("-")[-1] == "halos")
    root.set("role", "img")
    if picture.lang != "en":  # screen readers assume their own, or English
        root.set("lang", picture.lang)
    root.set("aria-label", picture.alt)
    root.set("aria-describedby", "rm-description")
    texts = (("title", picture.title), ("desc", picture.description))
    for number, (tag, text) in enumerate(texts):
        element = ET.Element(
            f"{{{_SVG}}}{tag}", {"id": f"rm-{tag if tag == 'title' else 'description'}"}
        )
        element.text = text
        root.insert(number, element)
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return bytes(content)


def _in_panels(layers: Sequence[ET.Element], picture: Picture) -> Iterator[ET.Element]:
    """Yield layers, those of each panel in a layer of its own with the panel's title."""
    panels: dict[str, ET.Element] = {}
    for layer in layers:
        panel = _PANEL_LAYER.match(layer.get("id") or "")
        if panel is None or not picture.parts:
            yield layer
            continue
        if panel[0] not in panels:
            title = picture.parts[int(panel[1]) - 1].title
            names = {"id": panel[0].rstrip("-"), _MODE: "layer", _LABEL: title}
            panels[panel[0]] = ET.Element(f"{{{_SVG}}}g", names)
            yield panels[panel[0]]
        panels[panel[0]].append(layer)


def _restyle(group: ET.Element, *, is_halo: bool) -> None:
    """Give the text of a layer's element fallback fonts, and draw halos as strokes of the text."""
    for text in group.findall(f"{{{_SVG}}}text"):
        style = dict(part.split(": ", 1) for part in (text.get("style") or "").split("; "))
        style["font-family"] += f", {_FALLBACK_FONTS}"
        if is_halo:
            width = HALO_WIDTH * float(style["font-size"].removesuffix("px"))
            style |= {"fill": "none", "stroke": style["fill"], "stroke-width": f"{width:.3f}"}
            style |= {"stroke-linejoin": "round", "stroke-opacity": f"{HALO_OPACITY:g}"}
        text.set("style", "; ".join(f"{key}: {value}" for key, value in style.items()))
