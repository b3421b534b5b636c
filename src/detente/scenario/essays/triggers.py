"""The words by which a sentence is taken for a claim, each with what it says about the sentence's kind.

Patterns are tried on a sentence in which others' words are masked (``suggestions``). Families, in the order in which
they decide the kind: recommendation, condition, forecast (estimative words and modals), hedge, cause. The tables are
our own, one regular expression a line, case ignored; ``<be>`` and the like stand for what ``_PARTS`` says.
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


_PARTS = {
    "<be>": r"\b(?:is|are|was|were|be|been|being|remains?|seems?|looks?|becomes?|\w+['’]s)",
    "<modal>": r"\b(?:will|would|may|might|could|can|cannot)",
    "<not>": r"(?:(?:not|never|hardly|scarcely|barely|also|still|now|therefore|thus|then|only|all|both) )*",
    "<degree>": r"(?:(?:very|highly|quite|most|more|less|extremely|exceptionally|virtually|almost|nearly|all but"
    r"|increasingly|equally|as|far from|rather) )*",
    # before these 'will' and 'might' are nouns
    "<verb>": "".join(
        rf"(?<!\b{word} )"
        for word in (
            *("the", "a", "this", "that", "no", "own", "good", "ill", "free", "political", "popular", "its", "his"),
            *("her", "their", "our", "my", "of", "military", "economic", "with", "national", "naval", "full"),
            *("strong", "collective"),
        )
    ),
    # somebody could not, and that is over
    "<past>": r"(?=.*\b(?:yet|then|ago|that (?:day|night|year|week|morning|time)|at the time|in (?:19|20)\d\d"
    r"|last \w+)\b)",
    "<span>": r"(?:[\w'’,-]+ )",
    "<towards>": r"(?:to|into|closer|together|towards?|apart|out|away|back)",
    "<own>": r"(?<!may )(?<!might )(?<!will )(?<!would )(?<!could )",
    "<they>": r"(?:it|he|she|they|the|its|his|her|their|no|each|both|every|neither|all)",
    "<author>": r"(?:I|we|this (?:brief|paper|essay|report))",
    "<better>": r"(?:wise|right|best|better|prudent|sensible|safer|wiser|only)",
    "<name>": r"(?-i:[A-Z])",
}

_RECOMMENDATION = r"""
\b(?:should|ought to|must|need not|had better)\b
<own>\b(?:needs? (?:not )?to|ha(?:s|ve) (?:no choice but )?to(?! (?:do|deal) with))\b
\bwould (?:do well|be wise|be well advised|be better off)\b
\b<better> (?:course|choice|answer|way|path|policy|step|response|option|move) (?:forward )?(?:is|would be|lies|for)\b
\b(?:it is|it['’]s) (?:high |past )?time (?:to|for|that)\b
^Let (?:us|the|them|both|each|it)\b
\blet us\b
\b(?:is|are|be) (?:badly |urgently |also )?(?:needed|required|called for|overdue|imperative|essential|indispensable)\b
\b(?:is|are|be) (?:also )?(?:vital|crucial|paramount)\b
\b(?:essential|vital|crucial|imperative|necessary|advisable|important) (?:that|to|for)\b
\b<author> (?:(?:strongly|therefore|would) )?(?:recommends?|urges?|proposes?|advises?|suggests?)\b
\b<author> calls? (?:on|for)\b
\b(?:task|priority|duty|challenge) (?:(?:now|today|ahead) )?(?:is|must be) to\b
\b(?:deserves?|merits?) (?:to|more|a|an|support|attention|the)\b
"""

_CONDITION = r"""
(?<!\bas )(?<!\basked )(?<!\bwonder )(?<!\bwondered )(?<!\bknow )(?<!\bsee )\b(?:(?:even|only) )?if\b
\bunless\b
\bprovid(?:ed|ing) that\b
^Provided\b
\b(?:as|so) long as\b
\bon (?:the )?condition that\b
\bassuming (?:that|the)?\b
\bin (?:the )?(?:event|case) (?:of|that)\b
\bin the absence of\b
\bshort of\b
\bbarring\b
^Should (?=.*,)
, should (?=<name>)
^Were (?=.*,)
^Had (?=.*\bwould\b)
^(?:Without|Absent|But without)\b(?=.*<modal>\b)
\bwould (?:not |never )?\w+(?: \w+){0,6} without\b
\bcan(?:not)? (?:\w+ ){1,6}without\b
\b(?:once|only when|only after|until|the moment|as soon as|when)\b(?=[^,.;]*,[^.;]*<modal>\b)
<modal>\b[^.;]*\b(?:once|only when|only after|until|the moment|as soon as)\b
(?<!that )(?<!which )(?<!who )(?<!already )\b(?:requires|presupposes|depends on|hinges on|is contingent on)\b
\bneeds (?=<name>\w+['’]s\b)
"""

_FORECAST = r"""
# estimative words
(?:<be> |<modal> |\bhas |\bhave )?<not><degree>\b(?:un|im)?(?:likely|probable|probably)\b(?: to\b| that\b)?
<degree>\b(?:improbably|possibly|conceivably|plausibly|perhaps|maybe|potentially|presumably|inevitably)\b
<degree>\b(?:certainly|surely|undoubtedly)\b
<be> <not><degree>(?:im)?possible\b(?: to\b| that\b)?
<be> <not><degree>(?:in)?conceivable\b(?: that\b)?
<be> <not><degree>(?:im)?plausible\b(?: that\b)?
<be> <not><degree>(?:un)?certain\b(?: to\b| that\b)?
<be> <not><degree>(?:inevitable|unavoidable|doubtful|questionable|unthinkable|remote|unclear)\b(?: that\b)?
\b(?:almost|nearly|virtually) certain(?:ly)?\b(?: to\b| that\b)?
\b(?:(?:a|the|real|distinct|realistic|strong) )*(?:possibility|prospects?|likelihood|probability)\b(?: of\b| that\b)?
\bpotential(?= (?:\w+ )?(?:war|conflict|crisis|escalation|shift|collapse|deal|breakthrough|to\b))
\b(?:almost no|little|no|good|every|slim|fair|even|real|slight|outside) chances?\b(?: of\b| that\b)?
\b(?:better[- ]than[- ]even|roughly even|remote|small|decent|high) chances?\b(?: of\b| that\b)?
\bchances (?:are|of|that)\b
\b(?:the )?(?:roughly even |long |short )?odds (?:are|of|that|favou?r|against)\b
\broughly even odds\b
\ba coin[- ]toss\b
\b(?:(?:the|a|real|growing|serious) )*(?:risks?|dangers?) (?:of|that|is|are|remains?|grows?|rises?)\b
\brisks \w+ing\b
<be> <not>(?:bound|sure|certain|set|poised|due|ready|destined|doomed|about|going) (?:to|for|towards?)\b
<be> <not>(?:expected|predicted|projected|forecast|slated|on course|on track|headed|heading) (?:to|for|towards?)\b
\b(?:I|we|analysts|observers|experts) (?:(?:do not|also|still|fully) )?(?:expect|predict|foresee|anticipate|doubt)\b
\b(?:I|we|analysts|observers|experts) (?:(?:do not|also|still|fully) )?(?:believe|suspect|judge|assess)\b
^(?:Expect|Look for|Watch for)\b
\b(?:threatens?|promises?|stands?|looks? set|stays? set) to\b(?! (?:come to )?the table)
\blooms?\b
\bis (?:within|out of|beyond) reach\b
\b(?:cannot be (?:ruled out|excluded)|can be ruled out)\b
\b(?:hard|difficult) to (?:see|imagine|avoid|reverse)\b
\b(?:no|little|few|every|good) (?:signs?|reasons?|incentives?|interest|intention|appetite)(?: (?:of|to|in|for|that))?\b
\b(?:not |hardly )?in an? (?:no )?position to\b
\bin no position to\b
\b(?:it|that|this|what follows|everything|much|all|the outcome|the rest) (?:depends|hinges|turns|rests) (?:up)?on\b
\ba wild ?card\b
\bremains to be seen\b
\ban open question\b
# modals
\bmay\b(?! (?:\d|Day\b))
<verb>\bmight\b
\bcould\b(?! not (?:be \w+er\b|\w+\b<past>))
\bwould\b
<verb>\bwill\b(?! (?:of|to)\b)
\b\w+['’]ll\b
\b(?:won['’]t|shall|cannot|can(?:['’]t)?)\b
"""

_HEDGE = r"""
\b(?:appears?|seems?)\b(?: \w+)?(?: to\b| that\b| as if\b)?
\b(?:appear|seem)ingly\b
\b(?:reportedly|apparently|allegedly|evidently|supposedly|arguably|presumably|ostensibly)\b
\b(?:suggests?|hints?|indicates?|signals?|implies|points?) (?:that|at|to|a)\b
\b(?:by|on) (?:most|all) accounts\b
\b(?:is|are) (?:said|thought|believed|rumou?red) to\b
\bin all likelihood\b
\bit is fair to say\b
"""

_CAUSE = r"""
\b(?:because|thanks to|owing to|due to|on account of|in consequence|in response to)\b
\bas a (?:direct )?(?:result|consequence)\b
\b(?:therefore|thus|hence|consequently|thereby)\b
\b(?:which|that|this) is why\b
\bfor (?:this|that) reason\b
(?:,|;) and so\b
^So\b(?! (?:far|much|many|long)\b)
,? since (?=<they>\b(?! (?:days?|years?|time|late|early|fall|war|end|start|beginning|winter|summer|spring|autumn)))
, for (?=<they>\b)
\blead to\b
\b(?:leads|led|leading) (?:\w+ ){0,3}?to\b(?! the (?:north|south|east|west|house))
\bresult(?:s|ed)? in\b
\bg(?:ives?|ave) rise to\b
\b(?:stems?|stemmed|results?|resulted|arises?|arose|flows?) from\b
\bowes?\b (?=.*\bto\b)
\baccount(?:s|ed)? for\b
\b(?:is|are|was|were) (?:\w+ly )?(?:caused|driven|fuelled|fueled|fed|shaped|prompted|brought about|triggered) by\b
\b(?:the )?(?:result|product|consequence|effect|price|legacy|fruit) of\b
\b(?:caus|fuel|erod|reinforc|exacerbat|complicat|provok|encourag|discourag|underpinn)(?:es?|ed|s)\b
\b(?:fuelled|feeds?|drives?|drove|underlies|underlie|underpins?|isolates)\b
\b(?:strain|undermin|weaken|strengthen|deepen|worsen|harden|embolden|prompt|trigger)(?:s|es?|ed)?\b
\b(?:spurs?|spurred|deters?|deterred|hampers?|hampered|compels?|compelled|constrains?|constrained)\b
\b(?:de)?stabili[sz]es?\b
\bjeopardi[sz]es?\b
\bconflicts? with\b
\bcontribute(?:s|d)? to\b
\b(?:forces?|forced|push(?:es|ed)?|press(?:es|ed)) (?=<span>{1,8}<towards>\b)
\b(?:pulls?|pulled|draws?|drew|drags?|dragged) (?=<span>{1,8}<towards>\b)
\b(?:locks?|locked|binds?|bound) (?=<span>{1,8}(?:to|into|together)\b)
\b(?:brings?|brought) (?:down|about|on)\b
\b(?:brings?|brought) (?=<span>{1,6}(?:together|closer|to the table|to a halt)\b)
\bkeeps? (?=<span>{1,5}(?:together|apart|from|alive|in place|at bay)\b)
\b(?:allow|enabl|permit|prevent|help)(?:s|es?|ed)? (?=<span>{1,6}(?:to|from|\w+)\b)
\b(?:lets|permitted|stops?|stopped) (?=<span>{1,6}(?:to|from|\w+)\b)
\bha(?:s|ve) (?:(?:also|since|already) )?(?:made|turned|cost|changed|raised|reduced|cut|split|divided|united) (?=\w)
\bha(?:s|ve) (?:(?:also|since|already) )?(?:opened|closed|doubled|set|put|created|driven|drawn|given|shifted) (?=\w)
\bmakes (?=<span>{1,7}(?:\w+er|more|less|hard|difficult|impossible|dependent|vulnerable|costly|risky|likely|worse)\b)
\b(?:raise|lower|increase|reduce|limit)[sd]? (?=(?:expectations|the (?:risks?|costs?|prices?|odds|chances?|stakes))\b)
\b(?:raise|lower|increase|reduce|limit)[sd]? (?=(?:fears?|hopes?|pressure|doubts?|tensions?|costs?|prices?)\b)
\blower(?:s|ed) (?=(?:the|expectations|fears?|hopes?|tensions?|costs?|prices?)\b)
\bcreates? (?:\w+ ){0,3}(?:dilemma|incentive|pressure|risk|problem|opening|vacuum|opportunity|need|space|uncertainty)\b
\bcosts? (?=(?:[\w'’]+ ){1,5}(?:the|its|his|their|a|an|much|dear)\b)
\b(?:leaves?|left) (?=<span>{1,5}(?:no|little|few|without|exposed|vulnerable|with|isolated|open)\b)
\bsets? (?:a |the )?(?:precedents?|stage|tone|limits)\b
"""

#: a modal and a perfect say what may have been, not what may come
_PERFECT = re.compile(
    r"\b(?:may|might|could|must|would|will|should)(?: (?:\w+ly|not|already|even|well|also))* have (?:\w+ )?"
    r"(?:been|\w+ed|\w+en|told|lost|won|made|left|gone|had|met|sent|cut|put|set|built|bought|sold|held|led|found|said"
    r"|come|become|begun|fought|hit|kept|paid|struck)\b",
    re.IGNORECASE,
)
#: an estimative adverb beside a verb in the past
_PAST = re.compile(
    r"\b(?:had|has|have|was|were) (?:probably|possibly|perhaps|almost certainly|certainly|presumably)\b"
    r"|\b(?:probably|possibly|perhaps|almost certainly|presumably) (?:had|was|were|did|has|have|\w+ed|reached|lost|won"
    r"|made|took|gave|knew|thought|began|went|came|saw|told|sent|left|held|cut|struck)\b",
    re.IGNORECASE,
)


def _compile(table: str) -> re.Pattern[str]:
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    text = "|".join(f"(?:{line})" for line in lines)
    for part, pattern in _PARTS.items():
        text = text.replace(part, pattern)
    return re.compile(text, re.IGNORECASE)


_FAMILIES: tuple[tuple[Family, re.Pattern[str]], ...] = (
    ("recommendation", _compile(_RECOMMENDATION)),
    ("condition", _compile(_CONDITION)),
    ("forecast", _compile(_FORECAST)),
    ("hedge", _compile(_HEDGE)),
    ("cause", _compile(_CAUSE)),
)


def find_triggers(text: str) -> Iterator[Trigger]:
    """Triggers in a sentence, family by family and in the order of the words."""
    perfect = [found.span() for pattern in (_PERFECT, _PAST) for found in pattern.finditer(text)]
    inverted = bool(re.match(r"Should\b", text))
    for family, pattern in _FAMILIES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if found[0].casefold() == "may" and _is_month(text, start, end):
                continue
            if family == "recommendation" and inverted and start == 0:
                continue
            if family in ("forecast", "recommendation") and any(a < end and start < b for a, b in perfect):
                continue
            yield Trigger(family, start, end)
    yield from (Trigger("hedge", *span) for span in perfect)


def _is_month(text: str, start: int, end: int) -> bool:
    """Whether 'May' is the month: with a capital inside a sentence, or before another month at its start."""
    return text[start:end] == "May" and (start > 0 or bool(re.match(r" (?:and|to) (?:June|July)\b", text[end:])))
