"""The sheets of a case's workbook, one by one."""

from __future__ import annotations

from detente.game.exchange.sheets import ACTORS, EACH, ESTIMATES, EVERYBODY, LEVELS, OWNER, Column, Kind, Sheet, Slot
from detente.scenario import schema
from detente.scenario.amounts import BEHAVIOUR, PAYOFF_WORDS

_ACTOR = Slot("actor", "The actor's id, as on the sheet Actors.", "Actors")
_OWN_ACTOR = Slot("actor", "A short name for conditions, such as us: letters, digits, _ and -.")
_WORDS = tuple(PAYOFF_WORDS)
_WEIGHT = (
    "A number, a range such as 0.5 to 2 (5th and 95th percentile), or slight, moderate, strong, vital; "
    "with a minus for aversion."
)
_BECAUSE = Column("because", ("because",), "prose", "Why; name the source.", 48)
_CONDITION = "Such as us.offer >= talks and not dprk.tests = testing."
_WANTS = (
    Column("id", ("id",), "text", "A name for the statement, so that findings can speak of it. May be empty.", 16),
    Column("want", ("want",), "condition", f"The states it is about. {_CONDITION}", 44),
    Column("weight", ("weight",), "number", _WEIGHT, 16, _WORDS + tuple(f"-{word}" for word in _WORDS), True),
    _BECAUSE,
)
_NOW = Column("now", ("now",), "text", "The level today; empty for the first.", 14, LEVELS)
_LABEL = Column("label", ("label",), "prose", "What it is, in words.", 36)


def _number(name: str, hint: str, words: tuple[str, ...] = ()) -> Column:
    return Column(name, (name,), "number", hint, 18, words, True)


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "Actors",
        "Who decides.",
        ("actors", _OWN_ACTOR),
        (
            Column("name", ("name",), "prose", "The name for people.", 28),
            Column("starts", ("starts",), "date", "No decisions before this day, such as 2025-01-20. May be empty."),
            _number("stakes", "With a ranking or priorities: payoff from worst to best, such as 1 to 4."),
            Column("indifference", ("thresholds", "indifference"), "number", "Smaller differences do not count."),
            Column("strong", ("thresholds", "strong"), "number", "From this difference on it greatly prefers."),
        ),
        schema.RawActor,
    ),
    Sheet(
        "Levers",
        "What each actor can set.",
        ("actors", _ACTOR, "levers", Slot("lever", "A short name, such as drills.")),
        (
            _LABEL,
            _NOW,
            Column("only forward", ("one_way",), "mark", "yes when no level can be gone back from.", 10, ("yes",)),
            Column("cannot be left", ("one_way",), "lines", "Levels that nobody leaves again, one on a line."),
        ),
        schema.RawLever,
        levels=True,
    ),
    Sheet(
        "Readings",
        "Rival readings of one actor: one holds in each draw.",
        ("actors", _ACTOR, "readings", Slot("reading", "A short name, such as dealmaker.")),
        (
            _number("odds", "How likely beside the others, such as 60. Empty for equal odds."),
            _number("stakes", "With a ranking or priorities: payoff from worst to best."),
            _BECAUSE,
        ),
        schema.RawReading,
    ),
    Sheet(
        "Beliefs",
        "What an actor takes another to be, where that differs.",
        ("actors", _ACTOR, "believes", Slot("about", "The other actor's id.", "Actors")),
        (
            Column("holds for", ("reading",), "text", "One of the other's readings."),
            Column("lacks", ("lacks",), "lines", "Levers it takes the other not to have, one on a line."),
            _number("stakes", "With a ranking or priorities: payoff from worst to best."),
            _BECAUSE,
        ),
        schema.RawBelief,
    ),
    Sheet(
        "Wants",
        "What each actor wants: every statement adds its weight where it is true.",
        ("actors", _ACTOR, OWNER, "wants", EACH),
        _WANTS,
        schema.RawWant,
    ),
    Sheet(
        "Rankings",
        "In place of wants: conditions, best first.",
        ("actors", _ACTOR, OWNER, "ranking", EACH),
        (Column("condition", (), "lines", f"{_CONDITION} Two on lines of their own are a tie.", 60),),
    ),
    Sheet(
        "Priorities",
        "In place of wants: statements, most important first.",
        ("actors", _ACTOR, OWNER, "priorities", EACH),
        (Column("statement", (), "condition", _CONDITION, 60),),
    ),
    Sheet(
        "Behaviour",
        f"How actors decide. The row {EVERYBODY} is for everybody without a number of its own.",
        ("actors", _ACTOR, "behaviour"),
        tuple(
            _number(name, hint, tuple(BEHAVIOUR[name].words))
            for name, hint in (
                ("tempo", "How often it could change course: weekly to yearly, or 4 to 8 per year."),
                ("foresight", "How far ahead it looks: news-cycle, term, generation, or 3 to 12 months."),
                ("noise", "How often it errs: rarely, sometimes, often."),
                ("habit", "Reluctance to change course: none, or a payoff word."),
            )
        ),
        schema.RawBehaviour,
    ),
    Sheet(
        "Chance",
        "Levers nobody sets.",
        ("chance", Slot("lever", "A short name, such as rok_government.")),
        (_LABEL, _NOW, _BECAUSE),
        schema.RawChance,
        levels=True,
    ),
    Sheet(
        "Rates",
        "How often chance moves a lever.",
        ("chance", Slot("lever", "As on the sheet Chance.", "Chance"), "rates", EACH),
        (
            Column("id", ("id",), "text", "A name; may be empty."),
            Column("from", ("from",), "text", "The level it leaves."),
            Column("to", ("to",), "text", "The level it goes to."),
            _number("rate", "Such as 1% to 4% per month."),
            Column("when", ("when",), "condition", f"Only where this holds. {_CONDITION}", 36),
            Column("then", ("then",), "condition", "Levels of levers that give way, joined by and.", 30),
        ),
        schema.RawRate,
    ),
    Sheet(
        "Phases",
        "Stretches of time in which other things are allowed, or other numbers hold.",
        ("phases", EACH),
        (
            Column("id", ("id",), "text", "A short name."),
            Column("from", ("from",), "date", "Its first day, or a span such as 6 months."),
            Column("until", ("until",), "date", "The first day after it. May be empty."),
            Column("anticipated", ("anticipated",), "mark", "no when it comes as a surprise.", 12, ("yes", "no")),
            Column("closed", ("closed",), "lines", "Levels nobody may choose, one condition on a line.", 36),
            _BECAUSE,
        ),
        schema.RawPhase,
    ),
    Sheet(
        "Phase inputs",
        "Numbers that hold in a phase.",
        ("phases", Slot("phase", "As on the sheet Phases.", "Phases"), "set", Slot("input", "Such as us.deal.")),
        (Column("value", (), "number", "What it is in the phase.", 18),),
    ),
    Sheet(
        "Conditions",
        "Names for what several levers make together.",
        ("conditions", Slot("name", "A short name, such as talks.")),
        (Column("condition", (), "condition", _CONDITION, 60),),
    ),
    Sheet(
        "Rules",
        "States that cannot be.",
        ("rules", EACH),
        (Column("forbid", ("forbid",), "condition", _CONDITION, 60), _BECAUSE),
        schema.RawRule,
    ),
    Sheet(
        "Measures",
        "What a policy is judged by, apart from anybody's wants.",
        ("measures", Slot("measure", "A short name; its rows are its statements."), EACH),
        _WANTS,
        schema.RawWant,
    ),
    Sheet(
        "Policies",
        "Levers held at levels.",
        ("policies", Slot("policy", "A short name.")),
        (
            Column("actor", ("actor",), "text", "Who holds them.", 12, ACTORS),
            Column("hold", ("hold",), "condition", "Such as psyops = off.", 40),
            Column("text", ("text",), "prose", "In words.", 40),
        ),
        schema.RawPolicy,
    ),
    Sheet(
        "Turns",
        "What a policy does next when something comes about.",
        ("policies", Slot("policy", "As on the sheet Policies.", "Policies"), "then", EACH),
        (
            Column("if", ("if",), "condition", _CONDITION, 44),
            Column("on", ("on",), "date", "If it is so on this day; or fill in 'by'."),
            Column("by", ("by",), "date", "If it has come about by this day."),
            Column("hold", ("hold",), "condition", "What is held then, such as psyops = on.", 40),
        ),
        schema.RawTurn,
    ),
    Sheet(
        "Claims",
        "Sentences of the assessment, each with the query that stands for it.",
        ("claims", EACH),
        (
            Column("id", ("id",), "text", "A short name, such as c07.", 10),
            Column("text", ("text",), "prose", "What it claims, in your own words.", 44),
            Column("quote", ("quote", "exact"), "prose", "The words of the brief, as they stand there.", 36),
            Column("says", ("says",), "prose", "Its estimative word.", 14, ESTIMATES, True),
            Column("about", ("about",), "condition", "Such as P(us.offer >= talks by 2025-07-20).", 44),
            Column("requires", ("requires", "condition"), "condition", "What it cannot do without.", 30),
            Column("requires below", ("requires", "below"), "number", "The bound without that, such as 10%."),
            Column("cause on", ("cause", "on"), "condition", "What moves it.", 30),
            Column("cause off", ("cause", "off"), "condition", "What it is compared with.", 30),
            Column("effect", ("cause", "effect"), "text", "Which way it moves.", 12, ("raises", "lowers", "moves")),
            Column("effect by", ("cause", "by"), "number", "How far at least, such as 0.1."),
            Column("unscorable", ("unscorable",), "prose", "Why no query can stand for it.", 30),
            _BECAUSE,
            Column("as_of", ("as_of",), "date", "The claim's own day; empty for the case's."),
            Column(
                "outcome",
                ("outcome", "value"),
                "mark",
                "How it came out.",
                12,
                ("yes", "no", "void", "unresolved", "unscorable"),
            ),
            Column("outcome on", ("outcome", "on"), "date", "When that was known."),
            Column("outcome source", ("outcome", "source"), "text", "As on the sheet Sources."),
            Column(
                "mechanism", ("outcome", "mechanism"), "text", "Whether for the reason given.", 12, ("right", "wrong")
            ),
            Column("outcome note", ("outcome", "note"), "prose", "", 36),
            Column(
                "quote after", ("quote", "prefix"), "prose", "If the quote stands twice: words right before it.", 24
            ),
            Column("quote before", ("quote", "suffix"), "prose", "The same: words right after it.", 24),
        ),
        schema.RawClaim,
    ),
    Sheet(
        "Evidence",
        "What was observed since.",
        ("evidence", EACH),
        (
            Column("on", ("on",), "date", "The day; or fill in 'by'."),
            Column("by", ("by",), "date", "At some moment up to this day."),
            Column("seen", ("seen",), "condition", _CONDITION, 44),
            Column("not seen", ("not_seen",), "condition", "In place of 'seen'.", 44),
            Column("source", ("source",), "text", "As on the sheet Sources."),
        ),
        schema.RawEvidence,
    ),
    Sheet(
        "Issues",
        "What is bargained over on a scale.",
        ("issues", Slot("issue", "A short name.")),
        (
            _LABEL,
            Column("ends", ("ends",), "lines", "Where the scale begins and ends, one on a line; empty for 0 and 100."),
            Column("package", ("package",), "text", "A short name shared by the issues bargained over together."),
            _number("reference", "What holds if nothing is agreed, such as 20. May be empty."),
        ),
        schema.RawQuestion,
    ),
    Sheet(
        "Scale points",
        "What points of an issue's scale mean.",
        ("issues", Slot("issue", "As on the sheet Issues.", "Issues"), "scale", Slot("at", "A number on the scale.")),
        (Column("means", (), "prose", "In words.", 40),),
    ),
    Sheet(
        "Regions",
        "Stretches of an issue's scale that queries name; without, one around each point.",
        ("issues", Slot("issue", "As on the sheet Issues.", "Issues"), "regions", Slot("region", "A name.")),
        (Column("from and to", (), "lines", "Two numbers, one on a line.", 20),),
    ),
    Sheet(
        "Stakes",
        "Where actors stand on an issue.",
        ("issues", Slot("issue", "As on the sheet Issues.", "Issues"), "stakes", _ACTOR),
        (
            _number("position", "Its place on the scale, such as 10 to 40."),
            _number("salience", "How much it cares, from 0 to 1."),
            _number("capability", "What it can bring to bear, such as 1."),
        ),
        schema.RawStake,
    ),
    Sheet(
        "Sources",
        "Where facts and outcomes come from.",
        ("sources", Slot("id", "A short name, such as press.")),
        (
            Column("title", ("title",), "prose", "", 60),
            Column("date", ("date",), "date", "Such as 2025-01-23, or 2024-11."),
            Column("url", ("url",), "text", "", 40),
        ),
        schema.RawSource,
    ),
    Sheet(
        "Payoff words",
        "What slight, moderate, strong and vital stand for, where not the usual.",
        ("words", Slot("word", "The word.")),
        (Column("range", (), "condition", "Such as 0.7 to 1.4."),),
    ),
    Sheet(
        "Estimative words",
        "A scale of your own for words such as likely.",
        ("scale", "custom", Slot("word", "The word.")),
        (Column("band", (), "condition", "Such as 55-80%."),),
    ),
)

#: fields of the sheet Case: key, kind, hint
CASE_FIELDS: tuple[tuple[str, Kind, str], ...] = (
    ("title", "prose", "What the case is called."),
    ("as_of", "date", "The day the model starts, such as 2024-11-07."),
    ("horizon", "date", "The last day a query may ask about, or a span such as 24 months."),
    ("question", "prose", "What the assessment is to answer; the report asks it at its head."),
    ("caution", "prose", "What readers of the results must know. One row for each."),
    ("scale", "text", "The scale of estimative words: icd203, kent, phia or ipcc."),
    ("brief", "text", "The file of the brief; its text stands on the sheet Brief."),
)
