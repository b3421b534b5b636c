"""The named styles of the Word file, so that people can give it another look by changing a style.

A claim's quote is shaded by a character style of its verdict: highlighting proper cannot be part of a style in Word,
shading can. Every quote is underlined with dots too, and ends with the verdict's mark, so that colour is never alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.findings.findings import Verdict

if TYPE_CHECKING:
    from docx.document import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import RGBColor
    from docx.styles.style import BaseStyle, CharacterStyle, ParagraphStyle

#: style of a quote, by the verdict on its claim
QUOTES: Mapping[Verdict, str] = {
    "supported": "Claim Supported",
    "holds": "Claim Supported",
    "higher": "Claim Off",
    "lower": "Claim Off",
    "understated": "Claim Off",
    "fails": "Claim Refuted",
    "excluded": "Claim Refuted",
    "contested": "Claim Contested",
}
#: that of every other verdict
OTHER = "Claim Open"
#: the word's range, set into the text
RANGE = "Range Insertion"
CAUTION, CODE, RULE, CELL, FOOTNOTE, MARK = (
    "Caution", "Code Block", "Rule", "Table Text", "footnote text", "footnote reference",
)  # fmt: skip

#: fill of each quote's style
_FILLS = {
    "Claim Supported": "DDEFE3", "Claim Off": "FBE6CC", "Claim Refuted": "F8DCDC", "Claim Contested": "E9E0F5",
    OTHER: "E9ECEF",
}  # fmt: skip
_INK, _ACCENT = "1C1F23", "1B5F99"
_SERIF, _SANS, _MONO = "Georgia", "Calibri", "Consolas"


def lay_styles(document: Document) -> None:
    """Make the styles that Word's own set lacks, and give the others a plain look."""
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    _set_language(document, "en-GB")
    base = _paragraph(document, "Normal")
    base.font.name, base.font.size = _SANS, Pt(11)
    base.paragraph_format.space_after = Pt(6)
    for level in range(1, 10):
        _restyle(_paragraph(document, f"Heading {level}"), max(10.5, 17 - 2 * level))
    _restyle(_paragraph(document, "Title"), 22)
    _restyle(_paragraph(document, "Subtitle"), 11)
    _restyle(_paragraph(document, "Caption"), 9.5)
    for name, size in ((CAUTION, 10), (CODE, 9), (RULE, 6), (CELL, 9), (FOOTNOTE, 9)):
        _paragraph(document, name).font.size = Pt(size)
    _paragraph(document, CODE).font.name = _MONO
    _paragraph(document, CELL).paragraph_format.space_after = Pt(2)
    _paragraph(document, FOOTNOTE).paragraph_format.space_after = Pt(2)
    _border(_paragraph(document, RULE), "bottom", "999999")
    _border(_paragraph(document, CAUTION), "left", "8F4410")
    for name, fill in _FILLS.items():
        _shade(_character(document, name), fill)
    inserted = _character(document, RANGE)
    inserted.font.color.rgb, inserted.font.underline = _colour(_ACCENT), True
    _character(document, MARK).font.superscript = True


def _paragraph(document: Document, name: str) -> ParagraphStyle:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.styles.style import ParagraphStyle

    style = _find(document, name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle), name
    return style


def _character(document: Document, name: str) -> CharacterStyle:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.styles.style import CharacterStyle

    style = _find(document, name, WD_STYLE_TYPE.CHARACTER)
    assert isinstance(style, CharacterStyle), name
    return style


def _find(document: Document, name: str, kind: WD_STYLE_TYPE) -> BaseStyle:
    from docx.styles.style import ParagraphStyle

    styles = document.styles
    if name in styles:
        known: BaseStyle = styles[name]
        return known
    # Footnotes have styles that Word itself knows, by names in small letters.
    style: BaseStyle = styles.add_style(name, kind, builtin=name in (FOOTNOTE, MARK))
    if isinstance(style, ParagraphStyle):
        style.base_style = styles["Normal"]
    style.hidden, style.quick_style = False, True
    return style


def _restyle(style: ParagraphStyle, size: float) -> None:
    """Plain: one serif face, dark ink, no line under it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.size, style.font.italic, style.font.color.rgb = Pt(size), False, _colour(_INK)
    style.font.name = _SERIF
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    paragraph = style.element.pPr
    line = None if paragraph is None else paragraph.find(qn("w:pBdr"))
    if line is not None:
        paragraph.remove(line)


def _border(style: ParagraphStyle, side: str, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = style.element.get_or_add_pPr()
    # The schema wants borders before spacing.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")


def _shade(style: CharacterStyle, fill: str) -> None:
    from docx.enum.text import WD_UNDERLINE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    style.font.underline = WD_UNDERLINE.DOTTED
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_rPr().append(shade)


def _colour(value: str) -> RGBColor:
    from docx.shared import RGBColor

    return RGBColor.from_string(value)


def _set_language(document: Document, code: str) -> None:
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), code)
