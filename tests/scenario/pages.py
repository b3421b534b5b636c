"""Essays as files of each kind, made by other libraries than those that read them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from docx import Document
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, SimpleDocTemplate
from reportlab.platypus import Paragraph as Piece

Paragraphs = Sequence[tuple[str, str]]
RUNNING = ("Working Paper 12 | A running head", "Institute of Running Feet, March 2025")


def write_text(path: Path, paragraphs: Paragraphs) -> Path:
    path.write_text("\n\n".join(text for _, text in paragraphs) + "\n", encoding="utf-8")
    return path


def write_markdown(path: Path, paragraphs: Paragraphs) -> Path:
    marks = {"heading": "## ", "paragraph": ""}
    path.write_text("\n\n".join(f"{marks[kind]}{text}" for kind, text in paragraphs) + "\n", encoding="utf-8")
    return path


def write_word(path: Path, paragraphs: Paragraphs) -> Path:
    document = Document()
    document.sections[0].header.paragraphs[0].text = RUNNING[0]
    document.sections[0].footer.paragraphs[0].text = RUNNING[1]
    for kind, text in paragraphs:
        if kind == "heading":
            document.add_heading(text, level=2)
        else:
            document.add_paragraph(text)
    document.save(str(path))
    return path


def write_pdf(path: Path, paragraphs: Paragraphs, *, indent: float = 0, gap: float = 8, password: str = "") -> Path:
    from reportlab.lib.pdfencrypt import StandardEncryption

    styles = getSampleStyleSheet()
    body = ParagraphStyle(
        "body", parent=styles["BodyText"], alignment=TA_JUSTIFY, firstLineIndent=indent, spaceBefore=gap, spaceAfter=0,
        fontSize=11, leading=14,
    )  # fmt: skip

    def frame(canvas, document):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 810, RUNNING[0])
        canvas.drawString(290, 30, f"Page {document.page} of 9")
        canvas.drawString(72, 20, RUNNING[1])

    lock = StandardEncryption(password, canPrint=0) if password else None
    story = [Piece(text, styles["Heading2"] if kind == "heading" else body) for kind, text in paragraphs]
    SimpleDocTemplate(str(path), encrypt=lock, invariant=1).build(story, onFirstPage=frame, onLaterPages=frame)
    return path


def write_columns(path: Path, paragraphs: Paragraphs, *, note: str) -> Path:
    """Two columns, an indent instead of a gap, and a note in small letters after the third block."""
    styles = getSampleStyleSheet()
    body = ParagraphStyle(
        "body", parent=styles["BodyText"], alignment=TA_JUSTIFY, firstLineIndent=10, fontSize=10, leading=12
    )
    body.spaceBefore = body.spaceAfter = 0
    small = ParagraphStyle("small", parent=body, fontSize=7, leading=9)
    frames = [Frame(left, 60, 240, 720) for left in (50, 310)]
    story = [Piece(text, styles["Heading3"] if kind == "heading" else body) for kind, text in paragraphs]
    story.insert(3, Piece(note, small))
    document = BaseDocTemplate(str(path), pageTemplates=[PageTemplate(frames=frames)], invariant=1)
    document.build(story)
    return path


def zipped(**parts: bytes) -> bytes:
    import zipfile

    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()
