"""The words by which a sentence is taken for a claim, each with what it says about the sentence's kind.

Patterns are tried on a sentence in which others' words are masked (``suggestions``). Families, in the order in which
they decide the kind: recommendation, condition, forecast (estimative words and modals), hedge, cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Family = Literal["recommendation", "condition", "forecast", "hedge", "cause"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words found in a sentence: their family and where they stand."""

    family: Family
    start: int
    end: int


_BE = r"(?:is|are|was|were|be|been|being|remains?|seems?|looks?|becomes?|\w+['\u2019]s)"
_NOT = r"(?:not |never |hardly |scarcely |barely |also |still |now |therefore |thus |then |only |all |both )*"
_DEGREE = r"(?:very |highly |quite |most |more |less |extremely |exceptionally |virtually |almost |nearly |all but |increasingly |equally |as |far from |rather )*"
_MONTH = r"(?:\d|and (?:June|April)|to (?:June|July))"
#: before these 'will' and 'might' are nouns
_NOUN = (
    r"(?<!\bthe )(?<!\ba )(?<!\bthis )(?<!\bthat )(?<!\bno )(?<!\bown )(?<!\bgood )(?<!\bill )(?<!\bfree )(?<!\bpolitical )"
    r"(?<!\bpopular )(?<!\bits )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bour )(?<!\bmy )(?<!\bof )(?<!\bmilitary )"
    r"(?<!\beconomic )(?<!\bwith )(?<!\bnational )(?<!\bnaval )(?<!\bfull )(?<!\bstrong )(?<!\bcollective )"
)
_PAST_MARK = r"(?=.*\b(?:yet|then|ago|that (?:day|night|year|week|morning|time)|at the time|in (?:19|20)\d\d|last \w+)\b)"

_FORECAST = (
    # estimative words
    rf"(?:{_BE} |will |would |may |might |could |has |have )?{_NOT}{_DEGREE}\b(?:un|im)?(?:likely|probable|probably|probably)\b(?: to\b| that\b)?",
    rf"{_DEGREE}\b(?:improbably|probably|possibly|conceivably|plausibly|perhaps|maybe|potentially|presumably|inevitably|certainly|surely|undoubtedly)\b",
    rf"{_BE} {_NOT}{_DEGREE}(?:possible|impossible|conceivable|inconceivable|plausible|implausible|certain|uncertain|inevitable|unavoidable|doubtful|questionable|unthinkable|remote|unclear)\b(?: to\b| that\b)?",
    r"\b(?:almost|nearly|virtually) certain(?:ly)?\b(?: to\b| that\b)?",
    r"\b(?:a |the |real |distinct |realistic |strong )*(?:possibility|prospects?|likelihood|probability)\b(?: of\b| that\b)?",
    r"\bpotential(?:ly)?(?= (?:\w+ )?(?:war|conflict|crisis|escalation|shift|collapse|deal|breakthrough|to\b))",
    r"\b(?:almost no|little|no|good|every|slim|fair|even|real|better[- ]than[- ]even|slight|outside|roughly even|remote|small|decent|high) chances?\b(?: of\b| that\b)?|\bchances (?:are|of|that)\b",
    r"\b(?:the )?(?:roughly even |long |short )?odds (?:are|of|that|favou?r|against)\b|\broughly even odds\b|\ba coin[- ]toss\b",
    r"\b(?:the |a |real |growing |serious )*(?:risks?|dangers?) (?:of|that|is|are|remains?|grows?|rises?)\b|\brisks \w+ing\b",
    rf"{_BE} {_NOT}(?:bound|sure|certain|set|poised|due|ready|destined|doomed|about|expected|predicted|projected|forecast|slated|unlikely|going|on course|on track|headed|heading) (?:to|for|towards?)\b",
    r"\b(?:I|we|analysts|most observers|observers|experts) (?:do not |also |still |fully )?(?:expect|predict|foresee|anticipate|doubt|believe|suspect|judge|assess)\b",
    r"^Expect\b|^Look for\b|^Watch for\b",
    r"\b(?:threatens?|promises?|stands?|looks? set|stays? set) to\b(?! (?:come to )?the table)",
    r"\blooms?\b|\bis (?:within|out of|beyond) reach\b|\bcannot be (?:ruled out|excluded)\b|\bcan be ruled out\b|\bhard to (?:see|imagine|avoid|reverse)\b|\bdifficult to (?:see|imagine)\b",
    r"\b(?:no|little|few|every|good) (?:signs?|reasons?|incentives?|interest|intention|appetite)(?: (?:of|to|in|for|that)\b|\b)",
    r"\b(?:not |hardly )?in (?:a|no) position to\b|\bin a position to\b",
    r"\b(?:it|that|this|what follows|everything|much|all|the outcome|the rest) (?:depends|hinges|turns|rests) (?:up)?on\b|\ba wild ?card\b|\bremains to be seen\b|\ban open question\b",
    # modals
    r"(?<![\w-])(?:may)\b(?! (?:\d|Day\b))",
    rf"{_NOUN}\bmight\b",
    rf"\bcould\b(?! not\b{_PAST_MARK})",
    r"\bwould\b",
    rf"{_NOUN}\bwill\b(?! (?:of|to)\b)|\b\w+['\u2019]ll\b|\bwon['\u2019]t\b|\bshall\b",
    r"\bcan(?:not|['\u2019]t)?\b",
)
_RECOMMENDATION = (
    r"\b(?:should|ought to|must|need(?:s)? (?:not )?to|need not|ha(?:s|ve) (?:no choice but )?to(?! (?:do|deal) with)|had better)\b",
    r"\bwould (?:do well|be wise|be well advised|be better off)\b|\b(?:wise|right|best|better|prudent|sensible|safer|wiser|only) (?:course|choice|answer|way(?: forward)?|path|policy|step|response|option|move) (?:is|would be|lies|for)\b",
    r"\b(?:it is|it[\u2019']s) (?:high |past )?time (?:to|for|that)\b|^Let (?:us|the|them|both|each|it)\b|\blet us\b",
    r"\b(?:is|are|be) (?:badly |urgently |also )?(?:needed|required|called for|overdue|imperative|essential|indispensable|vital|crucial|paramount)\b",
    r"\b(?:essential|vital|crucial|imperative|necessary|advisable|important) (?:that|to|for)\b",
    r"\b(?:I|we|this (?:brief|paper|essay|report)) (?:strongly |therefore |would )?(?:recommends?|urges?|proposes?|advises?|suggests?|calls? (?:on|for))\b",
    r"\b(?:the|its|his|their|our) (?:first |main |next |real )?(?:task|priority|duty|challenge) (?:now |today |ahead )?(?:is|must be) to\b|\b(?:deserves?|merits?) (?:to|more|a|an|support|attention|the)\b",
)
_CONDITION = (
    r"(?<!\bas )(?<!\basked )(?<!\bwonder )(?<!\bwondered )(?<!\bknow )(?<!\bsee )\b(?:(?:even|only) )?if\b",
    r"\bunless\b|\bprovided (?:that\b|(?=[a-z' ]+ (?:drop|stand|stay|agree|hold|keep|give|get|take|make|remain|accept|is|are)s?\b))|\bproviding that\b|\b(?:as|so) long as\b|\bon (?:the )?condition that\b|\bassuming (?:that|the)?\b",
    r"\bin (?:the )?(?:event|case) (?:of|that)\b|\bin the absence of\b|\bshort of\b|\bbarring\b",
    r"^Should (?=.*,)|, should (?=(?-i:[A-Z]))",
    r"^Were (?=.*,)|^Had (?=.*\bwould\b)|^Provided\b",
    r"^(?:Without|Absent|But without|With)\b(?=.*\b(?:would|could|can|cannot|will|may|might)\b)|\bwould (?:not |never )?\w+(?: \w+){0,6} without\b|\bcan(?:not)? (?:\w+ ){1,6}without\b",
    r"\b(?:once|only when|only after|until|the moment|as soon as|when)\b(?=[^,.;]*,[^.;]*\b(?:will|would|could|can|may|might)\b)|\b(?:will|would|could|can|may|might|cannot)\b[^.;]*\b(?:once|only when|only after|until|the moment|as soon as)\b",
    r"\b(?:requires|presupposes|depends on|hinges on|is contingent on)\b|\bneeds (?=(?-i:[A-Z])\w+['\u2019]s\b)",
)
_HEDGE = (
    r"\b(?:appears?|seems?)\b(?: \w+)?(?: to\b| that\b| as if\b)?|\b(?:appear|seem)ingly\b",
    r"\b(?:reportedly|apparently|allegedly|evidently|supposedly|arguably|presumably|ostensibly)\b",
    r"\b(?:suggests?|hints?|indicates?|signals?|implies|points?) (?:that|at|to|a)\b|\b(?:by|on) (?:most|all) accounts\b|\bin all likelihood\b|\bit is fair to say\b",
)
_CAUSE = (
    r"\b(?:because|thanks to|owing to|due to|on account of|as a (?:direct )?(?:result|consequence)|in consequence|in response to)\b",
    r"\b(?:therefore|thus|hence|consequently|thereby|which is why|that is why|this is why|for this reason|for that reason)\b|(?:,|;) and so\b|^So\b",
    r",? since (?=(?:it|he|she|they|the|its|his|her|their|no|each|both|every|neither)\b(?! (?:war|end|start|beginning|winter|summer|spring|autumn|election|vote|coup|invasion)))|, for (?=(?:no|it|he|she|they|the|its|each|every|neither|both|all)\b)",
    r"\b(?:leads?|led|leading) (?:\w+ ){0,3}?to\b(?! the (?:north|south|east|west|house))|\bresults? in\b|\bresulted in\b|\bgives? rise to\b|\bgave rise to\b",
    r"\b(?:stems?|stemmed|results?|resulted|arises?|arose|flows?) from\b|\bowes?\b (?=.*\bto\b)|\baccounts? for\b|\baccounted for\b|\b(?:is|are|was|were) (?:\w+ly )?(?:caused|driven|fuelled|fueled|fed|shaped|prompted|brought about|triggered) by\b|\b(?:the )?(?:result|product|consequence|effect|price|legacy|fruit) of\b",
    r"\b(?:causes?|caused|strains?|strained|drives?|drove|fuels?|fuelled|fueled|feeds?|undermines?|undermined|erodes?|eroded|weakens?|weakened|strengthens?|strengthened|deepens?|deepened|worsens?|worsened|hardens?|hardened|underlies|underlie|underpins?|reinforces?|reinforced|exacerbates?|exacerbated|complicates?|complicated|emboldens?|emboldened|provokes?|provoked|prompts?|prompted|triggers?|triggered|spurs?|spurred|encourages?|encouraged|discourages?|discouraged|deters?|deterred|hampers?|hampered|compels?|compelled|constrains?|constrained|isolates?|isolated|destabili[sz]es?|stabili[sz]es?|jeopardi[sz]es?|conflicts? with|contributes? to|contributed to)\b",
    r"\b(?:forces?|forced|pushes|push|pushed|presses|pressed|pulls?|pulled|draws?|drew|drags?|dragged|locks?|locked|binds?|bound) (?=(?:[\w'\u2019,-]+ ){1,8}(?:to|into|closer|together|towards?|apart|out|away|back)\b)",
    r"\b(?:brings?|brought) (?:down|about|on)\b|\b(?:brings?|brought) (?=(?:[\w'\u2019-]+ ){1,6}(?:together|closer|to the table|to a halt)\b)|\bkeeps? (?=(?:[\w'\u2019-]+ ){1,5}(?:together|apart|from|alive|in place|at bay)\b)",
    r"\b(?:allows?|allowed|enables?|enabled|lets|permits?|permitted|prevents?|prevented|helps?|helped|stops?|stopped) (?=(?:[\w'\u2019-]+ ){1,6}(?:to|from|\w+)\b)",
    r"\bha(?:s|ve) (?:also |since |already )?(?:made|turned|left|cost|changed|raised|reduced|cut|split|divided|united|opened|closed|doubled|set|put|created|eroded|driven|drawn|given|shifted) (?=\w)|\bmakes (?=(?:[\w'\u2019-]+ ){1,7}(?:\w+er|more|less|hard|difficult|easier|impossible|dependent|vulnerable|costly|unlikely|risky|likely|worse|better)\b)",
    r"\b(?:raises?|raised|lowers?|lowered|increases?|increased|reduces?|reduced|limits?|limited) (?=(?:the|its|his|their|expectations|fears?|hopes?|pressure|doubts?|tensions?|costs?|prices?|[\w'\u2019-]+'s)\b)|\bcreates? (?:\w+ ){0,3}(?:dilemma|incentive|pressure|risk|problem|opening|vacuum|opportunity|need|demand|space|uncertainty)\b",
    r"\b(?:cost|costs) (?=(?:[\w'\u2019]+ ){1,5}(?:the|its|his|their|a|an|much|dear)\b)|\bleaves? (?=(?:[\w'\u2019-]+ ){1,5}(?:no|little|few|without|exposed|vulnerable|with|isolated|open)\b)|\bsets? (?:a |the )?(?:precedents?|stage|tone|limits)\b",
)
_PERFECT = re.compile(
    r"\b(?:may|might|could|must|would|will|should)(?: \w+ly| not| already| even| well| also)* have (?:\w+ )?(?:been|\w+ed|\w+en|told|lost|won|made|left|gone|had|met|sent|cut|put|set|built|bought|sold|held|led|found|said|come|become|begun|fought|hit|kept|paid|struck)\b",
    re.I,
)
#: an estimative adverb beside a verb in the past
_PAST = re.compile(
    r"\b(?:(?:had|has|have|was|were) (?:probably|possibly|perhaps|almost certainly|certainly|presumably)|(?:probably|possibly|perhaps|almost certainly|presumably)"
    r" (?:had|was|were|did|has|have|\w+ed|reached|lost|won|made|took|gave|knew|thought|began|went|came|saw|told|sent|left|held|cut|struck))\b",
    re.I,
)

_FAMILIES: tuple[tuple[Family, re.Pattern[str]], ...] = tuple(
    (family, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I))
    for family, patterns in (
        ("recommendation", _RECOMMENDATION),
        ("condition", _CONDITION),
        ("forecast", _FORECAST),
        ("hedge", _HEDGE),
        ("cause", _CAUSE),
    )
)  # type: ignore[misc]


def find_triggers(text: str) -> Iterator[Trigger]:
    """Triggers in a sentence, family by family and in the order of the words."""
    perfect = [found.span() for pattern in (_PERFECT, _PAST) for found in pattern.finditer(text)]
    inverted = bool(re.match(r"Should\b", text))
    for family, pattern in _FAMILIES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if found[0].strip().casefold() == "may" and _is_month(text, start, end):
                continue
            if family == "recommendation" and inverted and start == 0:
                continue
            if family in ("forecast", "recommendation") and any(a < end and start < b for a, b in perfect):
                continue
            yield Trigger(family, start, end)
    yield from (Trigger("hedge", *span) for span in perfect)


def _is_month(text: str, start: int, end: int) -> bool:
    """Whether 'May' is the month: with a capital inside a sentence, or before a number at its start."""
    return text[start:end].strip() == "May" and (start > 0 or bool(re.match(rf" {_MONTH}", text[end:])))
