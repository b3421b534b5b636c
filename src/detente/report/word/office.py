"""Blocks as a Word file. With :mod:`detente.report.word.styles` the only home of python-docx, which is not required.

Footnotes are a part of the file that python-docx does not know: it is made here and related to the document as the
standard asks (ECMA-376, part 1, section 17.11). The same blocks give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import RunError
from detente.report.word import styles
from detente.report.word.blocks import Block, Inline, Note, Sheet, Span

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_MISSING = "python-docx is not installed. Install it with: pip install 'detente[docx]'"
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
#: what every part of a file is dated, so that its bytes hang on its content only
_EPOCH = (1980, 1, 1, 0, 0, 0)


def check_installed() -> None:
    """Raises RunError when python-docx is missing."""
    try:
        import docx  # noqa: F401
    except ImportError:
        raise RunError(_MISSING) from None


def write_file(path: Path, blocks: Sequence[Block], title: str, subject: str) -> int:
    """Write a Word file of blocks; return how many footnotes it has. Raises RunError, OSError."""
    check_installed()
    writer = _Writer(title, subject)
    for block in blocks:
        writer.add(block)
    path.write_bytes(writer.pack())
    return writer.count


class _Writer:
    """One file being written; exists for the length of :func:`write_file`."""

    def __init__(self, title: str, subject: str) -> None:
        import docx
        from docx.oxml import parse_xml

        self.document: Document = docx.Document()
        self.count = 0
        #: numbers of Word's own lists, by style and list
        self.lists: dict[tuple[str, int], int] = {}
        styles.lay_styles(self.document)
        #: by name; the library looks a style up anew, and slowly, each time one is set
        self.styles = {str(style.name): str(style.style_id) for style in self.document.styles}
        self.notes = parse_xml(_BLANK_NOTES)
        self._set_properties(title, subject)

    def _set_properties(self, title: str, subject: str) -> None:
        core = self.document.core_properties
        core.title, core.subject, core.language, core.author = title[:255], subject[:255], "en-GB", "Détente"
        core.comments, core.keywords, core.last_modified_by, core.revision = "", "", "Détente", 1
        # When it was made is in the manifest of the run; a time here would make every file another one.
        element = core._element
        for child in list(element):
            if child.tag.endswith(("}created", "}modified")):
                element.remove(child)
        rels = self.document.part.package.rels
        for key in [key for key, rel in rels.items() if rel.reltype.endswith("/thumbnail")]:
            del rels[key]

    def add(self, block: Block) -> None:
        """Write a block at the end."""
        if isinstance(block, Sheet):
            self._add_sheet(block)
            return
        paragraph = self._add_paragraph(block.style)
        if block.numbered is not None:
            self._number(paragraph, *block.numbered)
        self._fill(paragraph, block.pieces)

    def _fill(self, paragraph: Paragraph, pieces: Sequence[Inline]) -> None:
        for piece in pieces:
            if isinstance(piece, Note):
                self._add_note(paragraph, piece)
            elif piece.text:
                run = self._add_run(paragraph, piece.style, piece.text)
                run.bold, run.italic = piece.bold or None, piece.italic or None

    def _add_paragraph(self, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self.styles[style]
        return paragraph

    def _add_run(self, paragraph: Paragraph, style: str, text: str = "") -> Run:
        run = paragraph.add_run(text)
        if style:
            run._r.style = self.styles[style]
        return run

    def _add_sheet(self, sheet: Sheet) -> None:
        from docx.oxml import OxmlElement
        from docx.shared import Length

        table = self.document.add_table(rows=1, cols=len(sheet.heads), style="Table Grid")
        table.autofit = False
        section = self.document.sections[0]
        shares = sheet.widths or (1,) * len(sheet.heads)
        room = int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)
        widths = [Length(room * share // sum(shares)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for number, row in enumerate([sheet.heads, *sheet.rows]):
            line = table.rows[0] if number == 0 else table.add_row()
            # The schema wants this before the mark of a head.
            line._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
            for cell, pieces, width in zip(line.cells, row, widths, strict=True):
                cell.width = width
                cell.paragraphs[0]._p.style = self.styles[styles.CELL]
                self._fill(cell.paragraphs[0], [_embolden(piece) for piece in pieces] if number == 0 else pieces)
        # Word joins tables that touch.
        self.document.add_paragraph()

    def _add_note(self, paragraph: Paragraph, note: Note) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.count += 1
        run = self._add_run(paragraph, styles.MARK)
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(self.count))
        run._r.append(mark)
        element = OxmlElement("w:footnote")
        element.set(qn("w:id"), str(self.count))
        # A paragraph of the body that moves house, so that its runs are made as all others are.
        text = self._add_paragraph(styles.FOOTNOTE)
        self._add_run(text, styles.MARK)._r.append(OxmlElement("w:footnoteRef"))
        self._fill(text, (Span(" "), *note.spans))
        element.append(text._p)
        self.notes.append(element)

    def _number(self, paragraph: Paragraph, which: int, first: int) -> None:
        """Put an item into its numbered list, which counts for itself."""
        from docx.oxml.ns import qn

        style: Any = paragraph.style
        if (style.name, which) not in self.lists:
            own = style.element.pPr.numPr.numId.val
            numbering: Any = self.document.part.numbering_part.element
            kind = next(num for num in numbering.findall(qn("w:num")) if num.numId == own).abstractNumId.val
            fresh = numbering.add_num(kind)
            fresh.add_lvlOverride(ilvl=0).add_startOverride(first)
            self.lists[style.name, which] = fresh.numId
        properties: Any = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = self.lists[style.name, which]

    def pack(self) -> bytes:
        """The file, its parts all dated alike."""
        self._relate_notes()
        loose, packed = io.BytesIO(), io.BytesIO()
        self.document.save(loose)
        with zipfile.ZipFile(loose) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
                new.writestr(entry, old.read(name))
        return packed.getvalue()

    def _relate_notes(self) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.oxml import serialize_part_xml
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml

        package = self.document.part.package
        blob = serialize_part_xml(self.notes)
        part = Part(PackURI("/word/footnotes.xml"), _CONTENT_TYPE, blob, package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        self.document.settings.element.insert_element_before(parse_xml(_SETTING), "w:endnotePr", "w:compat", "w:rsids")


def _embolden(piece: Inline) -> Inline:
    return replace(piece, bold=True) if isinstance(piece, Span) else piece


#: the two lines that Word draws between a page's text and its notes have the first numbers
_BLANK_NOTES = (
    f'<w:footnotes xmlns:w="{_NAMESPACE}">'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)
_SETTING = f'<w:footnotePr xmlns:w="{_NAMESPACE}"><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
