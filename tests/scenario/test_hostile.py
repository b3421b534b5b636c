"""No text whatever ends in anything but a scenario or our own error."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.scenario.reader import loads

PIECES = st.sampled_from(
    [
        *"[]{}:,-?!&*|>'\"%@`#~\\\t\n \r\0\x85\ufeff\u2028\u202e",
        "\n  ",
        "\n    - ",
        ": ",
        "- ",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!<tag:x> ",
        "<<: *a",
        "---",
        "...",
        "%YAML 1.1\n",
        "%TAG ! x:\n",
        '"\\x00"',
        '"\\U00110000"',
        '"\\uD800"',
        "? ",
        ">-\n",
        "|2\n",
        "null",
        "true",
        "1e999",
        "2024-13-45",
        "detente: 1\n",
        "actors:\n",
        "  us:\n",
        "    levers:\n",
        "      a: [x, y]\n",
        "levers",
        "{a: b}",
        "wants: []",
        "title: x\n",
        "as_of: 2024-01-01\n",
        "horizon: 9999 years\n",
        "rules:\n  - forbid: us.a = x\n",
        "claims: [{id: 1, text: t, about: 'P(us.a = x by 2024-02-01)'}]\n",
        'brief: "\\0"\n',
        "brief: x\n",
    ]
)


def outcome(text):
    try:
        loads(text)
    except ScenarioError as error:
        return error.issues
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_pieces_of_yaml(text):
    issues = outcome(text)
    assert issues is None or any(issue.severity == "error" for issue in issues)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_sound_file_with_a_piece_put_in_or_taken_out(text, data):
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 30))
    changed = text[:at] + data.draw(PIECES) + text[at + cut :]
    issues = outcome(changed)
    assert issues is None or all(issue.message for issue in issues)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_sound_file_with_two_lines_swapped(text, data):
    lines = text.splitlines(keepends=True)
    one, two = data.draw(st.tuples(*[st.integers(0, len(lines) - 1)] * 2))
    lines[one], lines[two] = lines[two], lines[one]
    issues = outcome("".join(lines))
    assert issues is None or all(issue.message for issue in issues)
