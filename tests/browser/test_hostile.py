"""Whatever a scenario or a brief says is text on the page, and no more: seen in the browser, field by field."""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import Diary, View, open_page
from browser.conftest import Shelf, render
from browser.everything import EVERYTHING, list_fields, list_places, poison, write_case
from browser.payloads import PAYLOADS, write_brief, write_payload
from detente import api
from detente.errors import ScenarioError
from detente.report import text
from detente.scenario.model import Scenario
from detente.scenario.scalars import LONGEST_LEVEL, LONGEST_NAME

ATTACKS = [name for name in PAYLOADS if name != "plain"]

#: every element of the page outside pictures, in order, with the names of its attributes
SKELETON = """() => [...document.querySelectorAll('*')].filter(e => !e.closest('svg'))
    .map(e => e.tagName + ' ' + [...e.attributes].map(a => a.name).sort().join(' '))"""
#: what pictures are made of
PICTURES = "() => [...new Set([...document.querySelectorAll('svg, svg *')].map(e => e.tagName))]"
#: text outside pictures, by element that holds it
WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Map();
  while (walker.nextNode()) {
    const home = walker.currentNode.parentElement;
    if (!home.closest('svg, style, script, .bibtex'))
      found.set(home, (found.get(home) || '') + walker.currentNode.data);
  }
  return [...found.values()];
}"""


@cache
def poisoned(name: str) -> dict[str, str]:
    """What was written, by the number before it."""
    _, texts = poison(EVERYTHING, write_payload(name))
    return {found[0]: words for words in texts.values() if (found := re.match(r"q\d{3}q", words))}


def make(name: str, folder: Path) -> str:
    document, _ = poison(EVERYTHING, write_payload(name))
    return render(write_case(folder, document, write_brief(name)))


@pytest.fixture(scope="session")
def attacked(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return lambda name: shelf(f"hostile-{name}", lambda: make(name, tmp_path_factory.mktemp("case")))


def settle(page: Page, diary: Diary) -> None:
    """Touches whatever could act: every element that takes the focus, a pointer over the page, the page's end."""
    page.evaluate("() => { for (const e of document.querySelectorAll('a, button, summary, [tabindex]')) e.focus(); }")
    page.mouse.move(200, 200)
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")
    assert diary.blots() == []


def read_fields(page: Page) -> dict[str, set[str]]:
    """What follows each number, wherever it stands on the page outside pictures."""
    found: dict[str, set[str]] = {}
    for words in page.evaluate(WORDS):
        line = " ".join(words.split())
        for place in re.finditer(r"q\d{3}q(?=\s)", line):
            found.setdefault(place[0], set()).add(line[place.start() :])
    return found


def test_every_field_of_the_language_is_attacked() -> None:
    places = {place.field for place in list_places(EVERYTHING)}
    assert list_fields() - places == set()
    assert {place.field for place in poison(EVERYTHING, write_payload("script"))[1]} == places


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_text_and_breaks_nothing(chromium: Browser, attacked: Callable[[str], Path], name: str) -> None:
    file = attacked(name)
    assert file.stat().st_size < 3_000_000
    calm, _ = open_page(chromium, attacked("plain"))
    page, diary = open_page(chromium, file)
    settle(page, diary)
    # The page is built of what it is built of when nobody means harm.
    expected, got = Counter(calm.evaluate(SKELETON)), Counter(page.evaluate(SKELETON))
    assert {element.split()[0] for element in got} <= {element.split()[0] for element in expected}
    assert got.keys() - expected.keys() == set()
    assert set(page.evaluate(PICTURES)) <= set(calm.evaluate(PICTURES))
    shown, usual = read_fields(page), read_fields(calm)
    assert shown.keys() == usual.keys()
    for number, places in shown.items():
        assert_is_text(poisoned(name)[number], places)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.documentElement.scrollHeight") < 600_000
    assert diary.blots() == []


def assert_is_text(written: str, places: set[str]) -> None:
    """A text stands as it was written (words of a scale in small letters), or cut where the page says so.

    An end of a line is a space where a text is made one line, and else a box as all that is unseen.
    """
    forms = [" ".join(text.plain(line, len(line)).casefold().split()) for line in (written, " ".join(written.split()))]
    for place in places:
        cut, ellipsis, _ = place.casefold().partition("\N{HORIZONTAL ELLIPSIS}")
        told = any(place.casefold().startswith(form) or (ellipsis and form.startswith(cut)) for form in forms)
        assert told, place[:300]


def test_a_megabyte_in_the_title_a_name_and_the_brief(chromium: Browser, shelf: Shelf, tmp_path: Path) -> None:
    def flood() -> str:
        document, _ = poison(EVERYTHING, write_payload("plain"))
        document |= {"title": "T" * 1_000_000, "brief": "brief.md"}
        document["actors"]["north"]["name"] = "N" * 900_000
        return render(write_case(tmp_path, document, "B" * 1_000_000 + " will probably fall silent " + "b" * 1_000_000))

    file = shelf("flood", flood)
    assert file.stat().st_size < 3_000_000
    for width in (360, 1280):
        page, diary = open_page(chromium, file, View(width))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert diary.blots() == []
        assert "more characters" in page.inner_text("h1")


def rename(document: dict[str, Any], rename_id: Callable[[str], str]) -> dict[str, Any]:
    """The document with every id of an actor, lever, want and so on written anew."""
    whole = json.dumps(document, ensure_ascii=False)
    ids = rf"(?<![\w-])({'|'.join(IDS)})(?![\w-])"
    answer: dict[str, Any] = json.loads(re.sub(ids, lambda found: rename_id(found[0]), whole))
    return answer


IDS = [
    "north",
    "south",
    "east",
    "din",
    "tests",
    "offer",
    "press",
    "seeker",
    "stonewaller",
    "weather",
    "talks",
    "lame_duck",
    "deadline",
    "calm",
    "quiet",
    "patience",
    "deal",
    "border",
    "turn",
    "mood",
    "hefty",
]


SCRIPTS = {"long": "x" * 40, "hebrew": "שלוםעולם", "arabic": "مرحبا", "chinese": "國家主席" * 8}


@pytest.mark.parametrize(("name", "fill"), SCRIPTS.items(), ids=SCRIPTS)
def test_names_of_the_longest_and_of_any_script(
    chromium: Browser, shelf: Shelf, tmp_path: Path, name: str, fill: str
) -> None:
    document = rename(EVERYTHING, lambda word: f"{word}_{fill}"[:LONGEST_NAME])
    page, diary = open_page(chromium, shelf(f"names-{name}", lambda: render(write_case(tmp_path, document))), View(360))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert diary.blots() == []


REFUSED = {
    "a name too long": ("north", "n" * (LONGEST_NAME + 1)),
    "a name that is markup": ("north", "<b>"),
    "a level too long": ("L_calm", "x" * (LONGEST_LEVEL + 1)),
    "a level that ends a text": ("L_calm", 'a\\"b'),
    "a direction mark in a label": ("Pressure", "Press\u202eure"),
    "nothing in a label": ("Pressure", "Press\\u0000ure"),
    "a control character": ("Winters are long", "Winters \x07 are long"),
    "a zero": ("Winters are long", "Winters \x00 are long"),
    "half a character": ("Winters are long", "\\ud800"),
    "a brief elsewhere": ("brief.md", "../../../etc/passwd"),
    "a brief that is an address": ("brief.md", "https://evil.example/x"),
    "more than is read": ("Winters are long", "x" * 2_100_000),
}


@pytest.mark.parametrize(("old", "new"), REFUSED.values(), ids=REFUSED)
def test_what_no_page_need_show_is_refused(tmp_path: Path, old: str, new: str) -> None:
    file = write_case(tmp_path, EVERYTHING)
    api.load(file)
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(old, new), encoding="utf-8")
    assert whole != file.read_text(encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        api.load(file)
    assert caught.value.issues


#: texts of the model that no author of a file chooses freely, and why
NOT_FREE = {
    "Lever.id": "made of ids",
    "Lever.actor": "an id",
    "Lever.name": "an id",
    "Want.id": "an id, or made of them",
    "Preferences.kind": "one of three words",
    "Reading.id": "an id",
    "Belief.about": "an id",
    "Belief.reading": "an id",
    "Belief.lacks": "ids",
    "Actor.id": "an id",
    "ChanceMove.id": "made of ids",
    "ChanceMove.then": "ids",
    "Phase.id": "an id",
    "Phase.closed": "ids",
    "Phase.changes": "ids",
    "Quantity.law": "one of the laws",
    "Quantity.shared": "an id",
    "Quantity.text": "a number of the language",
    "Measure.id": "an id",
    "Policy.id": "an id",
    "Policy.actor": "an id",
    "Policy.hold": "ids",
    "Outcome.value": "one of five words",
    "Outcome.source": "an id",
    "Outcome.mechanism": "one of two words",
    "Claim.id": "an id",
    "Cause.on": "ids",
    "Cause.off": "ids",
    "Evidence.source": "an id",
    "Stake.actor": "an id",
    "Question.id": "an id",
    "Question.package": "an id",
    "Source.id": "an id",
    "Scenario.conditions": "ids",
    "Scenario.scale": "the name of a scale",
    "Scenario.digest": "a digest",
    "Scenario.path": "where the reader has put it",
    "Scenario.brief_path": "set for cases drawn up by the program",
}


def test_every_text_of_the_model_is_attacked_or_not_free(tmp_path: Path) -> None:
    document, _ = poison(EVERYTHING, write_payload("script"))
    scenario = api.load(write_case(tmp_path, document, write_brief("script")))
    fields, attacked = set(), set()
    for field, words in list_texts(scenario, "Scenario"):
        fields.add(field)
        if PAYLOADS["script"][:20] in words:
            attacked.add(field)
    assert list_model_texts(Scenario) - attacked - NOT_FREE.keys() == set()
    assert attacked & NOT_FREE.keys() == set()


def list_texts(node: Any, home: str) -> Iterator[tuple[str, str]]:
    """Every text of a frozen noun and of what it holds, by class and field."""
    if isinstance(node, str):
        yield home, node
    elif isinstance(node, tuple):
        for item in node:
            yield from list_texts(item, home)
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            yield from list_texts(getattr(node, field.name), f"{type(node).__name__}.{field.name}")


def list_model_texts(root: type) -> set[str]:
    """The fields of the model that hold a text, by their types."""
    found: set[str] = set()
    seen: set[type] = set()

    def visit(annotation: Any, home: str) -> None:
        if annotation is str:
            found.add(home)
        elif isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
            if annotation.__module__ == Scenario.__module__ and annotation not in seen:
                seen.add(annotation)
                for name, inner in get_type_hints(annotation).items():
                    visit(inner, f"{annotation.__name__}.{name}")
        elif get_origin(annotation) in {tuple, Union, types.UnionType}:
            for inner in get_args(annotation):
                visit(inner, home)
        else:
            assert annotation in {int, float, bool, date, type(None), ...} or get_origin(annotation), annotation

    visit(root, root.__name__)
    return found
