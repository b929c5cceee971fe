"""Word documents checked against the element order of ISO/IEC 29500-1, not enforced by python-docx.

Word reports a file as damaged, or drops a property, if the children of an element are not in the
order of the standard's schema. `make clients` also runs the validator of the Open XML SDK.
"""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from PIL import Image

import rangemap as rm
from rangemap.render.outputs import MapFiles
from rangemap.render.report.content import make_content
from rangemap.render.report.docx import to_docx
from tests.names_matrix import NAMES, RTL_NAMES

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# CT_TblPr, CT_PPr, CT_RPr, CT_TcPr, CT_TblCellMar and CT_TcBorders of the transitional schema.
ORDERS = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc"
             " tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption"
             " tblDescription tblPrChange",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers"
           " pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE"
           " autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents"
           " suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle"
           " rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint"
           " noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u"
           " effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText"
            " vAlign hideMark headers cellIns cellDel cellMerge tcPrChange",
    "tblCellMar": "top start left bottom end right",
    "tcBorders": "top start left bottom end right insideH insideV tl2br tr2bl",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders"
              " lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter"
              " docGrid printerSettings sectPrChange",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed"
             " qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr"
             " tblStylePr",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr tbl p",
}  # fmt: skip
MAY_REPEAT = {"tr", "tc", "p", "headerReference", "footerReference", "tblStylePr"}


def word_file(selection):
    """Write a report of a selection, with a small picture, which is irrelevant here."""
    files, picture = MapFiles(selection), io.BytesIO()
    Image.new("RGB", (30, 20)).save(picture, "PNG")
    return to_docx(make_content(files, alt="A map"), png=picture.getvalue(), style=files.style)


def write_sites(folder, names):
    rows = [f'"{name}",{33 + n / 100},44\n' for n, name in enumerate(names)]
    (folder / "sites.csv").write_text("name,lat,lon\n" + "".join(rows), "utf-8")
    return str(folder / "sites.csv")


def hostile(folder):
    names = ["<b>x</b> & y", "=1+1", "\u200fabc", "{{7*7}}", "]]>"]
    ranges = [f"{name}=200-250 km" for name in names]
    return {"sites": write_sites(folder, names), "ranges": ranges, "title": "<w:p/>", "credit": "&"}


def right_to_left(folder):
    names = [NAMES[key] for key in RTL_NAMES]
    ranges = [f"{name}=700 km" for name in names[:3]]
    text = NAMES["arabic digits at the end"]
    return {
        "sites": write_sites(folder, names), "ranges": ranges, "title": text, "subtitle": text,
        "credit": text,
    }  # fmt: skip


def many(folder):
    return {"sites": write_sites(folder, [f"Place {n}" for n in range(150)])}


def house_style(folder):
    Image.new("RGB", (300, 80), "#224466").save(folder / "logo.png")
    (folder / "style.yaml").write_text("font: DejaVu Serif\nlogo: logo.png\nlogo_alt: The Herald\n")
    return {"style": str(folder / "style.yaml")}


@pytest.fixture(scope="module", params=[hostile, right_to_left, many, house_style])
def content(request, tmp_path_factory):
    """A report; each uses different features of the format."""
    folder = tmp_path_factory.mktemp("docx")
    given = {"origins": ["33,44"], "weapons": ["Shahed-136"], **request.param(folder)}
    return word_file(rm.Scenario(**given).select())


def elements(content):
    """Yield every element of WordprocessingML with the name of its part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/[a-z]+\d*\.xml", name):
                for element in ET.fromstring(archive.read(name)).iter():
                    yield name, element


def test_every_property_is_in_schema_order(content):
    checked = set()
    for part, element in elements(content):
        tag = element.tag.removeprefix(W)
        if tag not in ORDERS:
            continue
        checked.add(tag)
        order = ORDERS[tag].split()
        children = [child.tag.removeprefix(W) for child in element]
        assert not set(children) - set(order), (part, tag, children)
        if tag not in {"tc", "sectPr"}:
            assert children == sorted(children, key=order.index), (part, tag)
        once = [name for name in children if name not in MAY_REPEAT]
        assert len(once) == len(set(once)), (part, tag, children)
    assert set(ORDERS) <= checked


def test_sizes_and_weights_apply_to_arabic_and_hebrew_too(content):
    sizes = 0
    for part, element in elements(content):
        if element.tag != f"{W}rPr":
            continue
        for plain, complex_script in (("sz", "szCs"), ("b", "bCs"), ("i", "iCs")):
            one, other = element.find(f"{W}{plain}"), element.find(f"{W}{complex_script}")
            assert (one is None) == (other is None), (part, plain)
            if one is not None:
                assert one.attrib == other.attrib, (part, plain)
                sizes += plain == "sz"
    assert sizes > 50


def test_headings_skip_no_level_and_stay_with_the_next_paragraph(content):
    document = Document(io.BytesIO(content))
    level = 0
    for element in document.element.body:
        style = element.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(f"{W}val")
        if found := re.fullmatch(r"Heading(\d)", name):
            assert int(found[1]) <= level + 1
            level = int(found[1])
            following = element.getnext()
            if following.getnext() is not None and following.getnext().tag == f"{W}tbl":
                assert following.find(f"{W}pPr/{W}keepNext") is not None
    assert level
    for name in ("Heading 1", "Heading 2"):
        assert document.styles[name].paragraph_format.keep_with_next
    for table in document.tables:
        rows = table._tbl.findall(f"{W}tr")
        kept = [all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p")) for row in rows]  # fmt: skip
        assert kept[0]
        assert not kept[-1]
        assert all(kept[:-1]) or len(rows) > 9


def test_every_page_has_a_page_number(content):
    footer = Document(io.BytesIO(content)).sections[0].footer
    fields = [field.get(f"{W}instr") for field in footer._element.iter(f"{W}fldSimple")]
    assert fields == ["PAGE", "NUMPAGES"]
