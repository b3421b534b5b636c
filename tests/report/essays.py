"""A long brief in the style of a real assessment, made by rule, with quotes whose places are known."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SUBJECTS = ["Washington", "Pyongyang", "the Blue House", "Beijing", "Moscow", "the alliance", "Tokyo", "the Assembly"]
VERBS = ["is likely to weigh", "could resist", "will probably accept", "may yet answer", "should prepare for", "fears"]
OBJECTS = ["a freeze", "joint exercises", "the tariff question", "a summit", "leaflets and loudspeakers", "sanctions"]
ENDS = [
    "before the thaw",
    "once budgets are set",
    "as it did in 2018",
    "whatever the press says",
    "under its own rules",
]


@dataclass(frozen=True)
class Quote:
    """Words as a reader would copy them, and where they stand in the essay."""

    words: str
    start: int
    end: int


class Essay:
    """Text that grows word by word, each dressed as writers and their software dress words."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.text = ""
        #: words as they read, with their places
        self.words: list[tuple[str, int, int]] = []
        self.sentences: list[tuple[int, int]] = []

    def put(self, marks: str) -> None:
        self.text += marks

    def say(self, number: int, *, plain: bool = False) -> None:
        """A sentence, the like of which there is no other: its number stands in it."""
        pick = self.random.choice
        words = f"{pick(SUBJECTS)} {pick(VERBS)} {pick(OBJECTS)} {pick(ENDS)}, in case {number}.".split()
        words[0] = words[0][0].upper() + words[0][1:]
        first = len(self.words)
        for place, word in enumerate(words):
            if place:
                self.put(" " if plain else self.random.choices([" ", "\N{NO-BREAK SPACE}", "\n"], [12, 1, 2])[0])
            self._dress(word, plain)
        self.sentences.append((first, len(self.words)))

    def _dress(self, word: str, plain: bool) -> None:
        dress = (
            ""
            if plain
            else self.random.choices(["", "**", "*", "“", "hyphen", "note", "link"], [40, 2, 2, 2, 2, 1, 1])[0]
        )
        before, after, shown = "", "", word
        if dress in ("**", "*"):
            before = after = dress
        elif dress == "“":
            shown, word = f"“{word}”", f'"{word}"'
        elif dress == "hyphen" and len(word) > 5:
            shown = f"{word[:3]}\N{SOFT HYPHEN}{word[3:]}"
        elif dress == "note":
            after = f"[^{len(self.words) % 90 + 1}]"
        elif dress == "link":
            before, after = "[", "](https://example.org/a_b?c=1)"
        self.put(before)
        start = len(self.text)
        self.put(shown)
        self.words.append((word, start, len(self.text)))
        self.put(after)

    def quote(self, first: int, last: int) -> Quote:
        """The words from one to another, as they are copied."""
        told = self.words[first:last]
        return Quote(" ".join(word for word, _, _ in told), told[0][1], told[-1][2])


def write_essay(sections: int, seed: int = 11) -> Essay:
    """About 600 words a section: a heading, numbered paragraphs, a list, a quotation, a table."""
    essay = Essay(seed)
    number = 0
    essay.put("# Two winters on the strait\n\n*An estimate.*\n\n")
    for section in range(sections):
        essay.put(f"## Part {section + 1}\n\n")
        for paragraph in range(8):
            essay.put(f"{8 * section + paragraph + 1}. " if paragraph < 4 else "")
            for sentence in range(5):
                essay.put(" " if sentence else "")
                # A line of a numbered paragraph must not start like a list of its own.
                essay.say(number, plain=paragraph < 4)
                number += 1
            essay.put("\n\n")
        for _ in range(4):
            essay.put("- ")
            essay.say(number, plain=True)
            essay.put("\n")
            number += 1
        essay.put("\n> ")
        essay.say(number, plain=True)
        essay.put("\n\n| Case | Reading |\n|---|---|\n| one | ")
        essay.say(number + 1, plain=True)
        essay.put(" |\n\n---\n\n")
        number += 2
    return essay


def choose_quotes(essay: Essay, count: int) -> list[Quote]:
    """Quotes spread over the essay: whole sentences, parts with the case's number in them, and some across two."""
    random = Random(5)
    quotes: list[Quote] = []
    for k in range(count):
        place = k * (len(essay.sentences) - 2) // count
        first, last = essay.sentences[place]
        kind = k % 3
        if kind == 1:
            first = random.randint(first, last - 4)
        elif kind == 2:
            first, last = last - 3, essay.sentences[place + 1][0] + 3
        quotes.append(essay.quote(first, last))
    return quotes
