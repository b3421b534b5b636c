from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.scenario.essays import intake, pdf
from detente.scenario.essays.essay import LONGEST_ESSAY, Block
from detente.scenario.essays.furniture import strip_furniture
from detente.scenario.essays.intake import read_essay
from detente.scenario.essays.outline import make_outline, read_outline
from detente.scenario.essays.plain import join_lines, read_blocks
from scenario.labels import list_pages
from scenario.pages import RUNNING, write_columns, write_markdown, write_pdf, write_text, write_word, zipped


def paragraphs():
    """Three labelled essays, headings and paragraphs, without their furniture."""
    found = []
    for page in list_pages("development"):
        if not page.furniture:
            found += [(block.kind, block.text) for block in read_blocks(page.text)]
    return found


def told(essay):
    return [(block.kind, block.text) for block in essay.blocks]


WRITERS = {
    "essay.txt": write_text,
    "essay.md": write_markdown,
    "essay.docx": write_word,
    "essay.pdf": write_pdf,
    "indented.pdf": lambda path, items: write_pdf(path, items, indent=14, gap=0),
}


@pytest.mark.parametrize("name", WRITERS)
def test_an_essay_is_the_same_in_every_kind_of_file(name, tmp_path):
    essay = read_essay(WRITERS[name](tmp_path / name, paragraphs()))
    assert told(essay) == paragraphs()
    whats = {piece.what for piece in essay.left_out}
    assert whats == ({"running head or foot"} if name.endswith("pdf") else set())
    if name.endswith("pdf"):
        assert set(RUNNING) <= {piece.text for piece in essay.left_out}
        assert len(essay.left_out) % 3 == 0


def test_brief_text_reads_back_the_same(tmp_path):
    essay = read_essay(write_text(tmp_path / "a.txt", paragraphs()))
    (tmp_path / "brief.md").write_text(essay.text, encoding="utf-8")
    assert read_essay(tmp_path / "brief.md") == essay


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding, tmp_path):
    path = tmp_path / "essay.txt"
    path.write_bytes("Bogotá will wait — “patiently”.\r\n".encode(encoding))
    assert told(read_essay(path)) == [("paragraph", "Bogotá will wait — “patiently”.")]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["The nego-", "tiations will fail."], "The negotiations will fail."),
        (["A long-", "range missile."], "A long-range missile."),
        (["The Trans-", "Pacific pact."], "The Trans-Pacific pact."),
        (["A cease-", "fire holds; the cease-fire is new."], "A cease-fire holds; the cease-fire is new."),
        (["In 2024-", "2025 it fell."], "In 2024- 2025 it fell."),
        (["One", "two."], "One two."),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_mended(lines, text):
    assert join_lines(lines) == text


def test_wrapped_lines_and_lines_that_stand_for_themselves():
    text = (
        "What next\nBy Ann Lee\nShare\nThe talks in Geneva, which began on a rainy day in the spring of\n"
        "the year, will go on\nwithout a pause.\nAdvertisement\nThen they end.\n- One item\n- Another item\n\n"
        "3. A number.\n"
    )
    assert [(block.kind, block.number, block.text) for block in read_blocks(text)] == [
        ("heading", None, "What next"),
        ("heading", None, "By Ann Lee"),
        ("heading", None, "Share"),
        (
            "paragraph",
            None,
            "The talks in Geneva, which began on a rainy day in the spring of the year, will go on without a pause.",
        ),
        ("heading", None, "Advertisement"),
        ("paragraph", None, "Then they end."),
        ("item", None, "One item"),
        ("item", None, "Another item"),
        ("item", 3, "A number."),
    ]


def test_markdown_marks_become_words_and_what_is_no_prose_is_told(tmp_path):
    path = tmp_path / "essay.md"
    path.write_text(
        "---\ntitle: x\n---\n# Head\n\nA *deal* is [likely](http://x.y).\nShare\n![A ship](a.png)\n\n> He *may* go.\n\n"
        "1. First.\n2. Second.\n\n   - Inner.\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n<div>x</div>\n",
        encoding="utf-8",
    )
    essay = read_essay(path)
    assert [(block.kind, block.number, block.text) for block in essay.blocks] == [
        ("heading", None, "Head"),
        ("paragraph", None, "A deal is likely."),
        ("paragraph", None, "He may go."),
        ("item", 1, "First."),
        ("item", 2, "Second."),
        ("item", None, "Inner."),
    ]
    assert [(piece.what, piece.text) for piece in essay.left_out] == [
        ("front matter", "--- title: x ---"),
        ("picture", "A ship"),
        ("code", "code"),
        ("table", "a"),
        ("table", "b"),
        ("table", "c"),
        ("table", "d"),
        ("HTML", "<div>x</div>"),
        ("share button", "Share"),
    ]


def test_word_lists_tables_and_notes(tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("A deal is likely.")
    document.add_paragraph("First.", style="List Number")
    document.add_paragraph("A point.", style="List Bullet")
    document.add_table(1, 2).cell(0, 0).text = "In a cell"
    document.save(str(tmp_path / "essay.docx"))
    essay = read_essay(tmp_path / "essay.docx")
    assert told(essay) == [("paragraph", "A deal is likely."), ("item", "First."), ("item", "A point.")]
    assert [(piece.what, piece.text) for piece in essay.left_out] == [("table", "In a cell")]


FURNITURE = {
    "advertisement": ["Advertisement", "SPONSORED"],
    "share button": ["Share", "Share on Facebook", "Email this article", "Tweet | Print"],
    "follow button": ["Follow us on X", "Follow her on Bluesky."],
    "menu": ["Skip to main content", "Opinion", "Home | World | Sport", "Sign in"],
    "player": ["Listen to this article", "Listen (6 min)"],
    "reading time": ["5 min read", "Reading time: 5 minutes"],
    "by-line": ["By Ann Lee", "By Ann Lee and Bo Kim", "By Ann Lee, foreign editor"],
    "date line": ["Published 3 March 2025", "November 7, 2024, 6:40 am", "Updated on Nov 7, 2024"],
    "comments": ["12 comments", "Leave a comment", "Comments (3)"],
    "newsletter": ["Sign up for our weekly newsletter", "Get the best of the paper in your inbox"],
    "pointer to another article": ["Read more: The villages that vote late", "See also"],
    "notice": ["© 2025 The Daily Courier", "All rights reserved.", "By reading on you accept our Terms of Service."],
    "cookie notice": ["We use cookies to improve your experience.", "Accept all cookies"],
    "caption": ["Photo: A. Lee", "Soldiers at the border. Photo: A. Lee", "A ship at sea. (Getty Images)"],
    "address": ["ann.lee@example.org", "https://example.org/a"],
    "views disclaimer": ["The views expressed here are the author's own."],
    "page number": ["12", "Page 3 of 9"],
}


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in FURNITURE.items() for text in texts])
def test_furniture_is_told_for_what_it_is(what, text):
    body = [Block("paragraph", f"The talks went on for {day} days in the rain.") for day in range(9)]
    kept, left_out = strip_furniture([*body, Block("paragraph", text), *body])
    assert [(piece.what, piece.text) for piece in left_out] == [(what, text)]
    assert kept == [*body, *body]


@pytest.mark.parametrize(
    "text",
    [
        "By Friday, the lines will have moved.",
        "By London and by Paris he was told to wait.",
        "On 3 March 2025 the war entered its fourth year.",
        "3 March 2025 was the day on which it began.",
        "Pictures of the parade show three new missiles.",
        "Follow the money and the trail leads to Doha.",
        "The privacy policy of the Commission is likely to shift.",
        "Vladimir Putin is a student of history, and he will wait.",
        "Most of the votes were counted by midnight.",
        "More from Beijing is not to be expected.",
        "War?",
        "Images by satellite firms show trenches.",
    ],
)
def test_sentences_that_look_like_furniture_stay(text):
    assert strip_furniture([Block("paragraph", text)])[0] == [Block("paragraph", text)]


@given(
    st.lists(
        st.sampled_from([text for texts in FURNITURE.values() for text in texts] + ["Most read", "He will go to war."])
    )
)
def test_whatever_is_not_kept_is_told(texts):
    blocks = [Block("paragraph", text) for text in texts]
    kept, left_out = strip_furniture(blocks)
    assert sorted([block.text for block in kept] + [piece.text for piece in left_out]) == sorted(texts)


def refused(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_outline(path)
    (issue,) = caught.value.issues
    assert issue.file == str(path)
    assert issue.cure or "cannot be read: " in issue.message
    return issue.message


DEEP = b"<w:p>" * 5_000 + b"</w:p>" * 5_000
NO_WORD = "The brief cannot be read as a Word file: it is damaged, locked by a password, or of another kind."
TOO_MANY = "The brief has 1,001 sentences that claim something; a file holds 1,000."
NO_PDF = "The brief cannot be read as a PDF file: it is damaged or too large."
HUGE_WORD = "The brief unpacks to 11,534,336 bytes in 1 parts, 11,534,336 of them text."
WORD = (
    b'<?xml version="1.0"?>%s<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body>%s</w:body></w:document>"
)
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.rtf", b"{\\rtf1}", "A brief is a file of one of the kinds .txt, .md, .docx, .pdf."),
        ("a.txt", b"", "The brief has no sentences."),
        ("a.txt", b"   \n\n \t\n", "The brief has no sentences."),
        ("a.md", b"# Only a head\n", "The brief has no sentences."),
        ("a.txt", b"Share\n\n12 comments\n", "The brief has no sentences."),
        ("a.txt", b"caf\xe9 will", "The brief is not UTF-8 text (line 1)."),
        ("a.txt", b"\xff\xfea", "The brief is not UTF-8 text (line 1)."),
        ("a.txt", b"a\0b will", "The brief is not text."),
        ("a.txt", b"a" * (LONGEST_ESSAY + 1), f"The brief has more than {LONGEST_ESSAY:,} characters."),
        ("a.txt", b"He may go. " * 1001, TOO_MANY),
        ("a.docx", b"no zip", NO_WORD),
        ("a.docx", zipped(a_xml=b"x"), NO_WORD),
        ("a.docx", zipped(word__document_xml=WORD % (BOMB, b"")), NO_WORD),
        ("a.docx", zipped(word__document_xml=WORD % (b"", DEEP)), NO_WORD),
        ("a.docx", zipped(word__document_xml=b" " * (11 << 20)), HUGE_WORD),
        ("a.pdf", b"no pdf", NO_PDF),
        ("a.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\n%%EOF", NO_PDF),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == message


def test_no_file_and_a_folder(tmp_path):
    assert refused(tmp_path / "none.md") == "The brief cannot be read: No such file or directory."
    (tmp_path / "a.md").mkdir()
    assert refused(tmp_path / "a.md") == "The brief cannot be read: Is a directory."


def test_a_locked_pdf_is_refused(tmp_path):
    assert (
        refused(write_pdf(tmp_path / "a.pdf", paragraphs(), password="secret")) == "The brief is locked by a password."
    )


def test_a_pdf_cut_short_is_refused_or_read_in_part(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", paragraphs())
    content = path.read_bytes()
    for share in range(1, 20):
        path.write_bytes(content[: len(content) * share // 20])
        with suppress(ScenarioError):
            assert read_essay(path).blocks


def test_points_of_a_pdf_without_a_stop_are_items(tmp_path):
    points = [
        "• Seoul should stop its loudspeakers",
        "• Washington should scale down the drills in the summer of the year",
    ]
    first = [("paragraph", text) for text in ("There are two steps:", *points, "They may help.")]
    outline = read_outline(write_pdf(tmp_path / "a.pdf", [*first, *paragraphs()]))
    assert [block.kind for block in outline.essay.blocks[:4]] == ["paragraph", "item", "item", "paragraph"]
    drafted = [item.sentence.text for item in outline.reading.suggestions[:3]]
    assert drafted == [*(point[2:] for point in points), "They may help."]


def test_columns_and_notes_of_a_pdf(tmp_path):
    essay = read_essay(
        write_columns(tmp_path / "a.pdf", paragraphs(), note="1. See the report of 2019, which will be printed.")
    )
    assert told(essay) == paragraphs()
    assert [(piece.what, piece.text) for piece in essay.left_out] == [
        ("small print", "1. See the report of 2019, which will be printed.")
    ]


def test_a_scan_and_too_many_pages_are_refused(tmp_path, monkeypatch):
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "scan.pdf")
    assert refused(tmp_path / "scan.pdf") == "The brief has no text: it may be a scan."
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    assert refused(tmp_path / "scan.pdf") == "The brief has 2 pages."


def test_a_large_file_and_a_page_drawn_in_many_steps_are_refused(tmp_path, monkeypatch):
    path = write_pdf(tmp_path / "a.pdf", paragraphs())
    monkeypatch.setattr(pdf, "MOST_OPERATIONS", 100)
    assert refused(path) == "The brief cannot be read as a PDF file: it is damaged on page 1 or too large."
    monkeypatch.setattr(intake, "LARGEST_ESSAY_FILE", 100)
    assert refused(path) == "The brief has more than 100 bytes."


HOSTILE = [
    "`",
    "![",
    "may ",
    "[",
    "**",
    "could not ",
    '"',
    "A. ",
    "Kim ",
    "- ",
    "1. ",
    "will be\n",
    "ab-\n",
    "(",
    "If when ",
    "> ",
    "U.S. ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_hostile_text_is_read_or_refused_with_one_line(piece, name, tmp_path):
    path = tmp_path / name
    path.write_text((piece * (40_000 // len(piece))) + " x.", encoding="utf-8")
    with suppress(ScenarioError):
        assert make_outline(read_essay(path)).reading.sentences >= 1
