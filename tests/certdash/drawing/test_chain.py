"""The drawing of chain and pins: what matches is a match, what misses is a miss."""

from certdash.drawing.chain import Certificate, Columns, Pin, draw

LEAF = Certificate("Leaf", "aaaa…", "", frozenset({b"leaf"}))
NEXT = Certificate("Leaf", "bbbb…", "new", frozenset({b"next"}))
ROOT = Certificate("Root", "cccc…", "same", frozenset({b"root"}))
UNKNOWN = Certificate("Leaf", "not known", "", frozenset())
HEADS = ("Now", "Pins", "Next")


def test_a_leaf_pin_matches_now_and_misses_every_certificate_that_comes() -> None:
    columns = Columns([LEAF, ROOT], [Pin("aaaa…", "leaf key", b"leaf")], [NEXT, ROOT])

    drawing = draw(columns, 480, heads=HEADS, verdict="will_fail")

    assert [line.is_match for line in drawing.lines] == [True, False, False]
    assert [node.style for node in drawing.nodes] == ["on v-ready", "", "pin", "on v-will_fail", ""]
    assert (drawing.result, drawing.words) == ("matches none", "Pin 1 matches now: leaf; next: nothing.")


def test_a_root_pin_matches_on_both_sides() -> None:
    columns = Columns([LEAF, ROOT], [Pin("cccc…", "root key", b"root")], [NEXT, ROOT])

    drawing = draw(columns, 480, heads=HEADS, verdict="ready")

    assert ([line.is_match for line in drawing.lines], drawing.result) == ([True, True], "")


def test_a_dead_pin_reaches_for_nothing_even_where_its_digest_fits() -> None:
    columns = Columns([LEAF], [Pin("aaaa…", "hash of nothing", b"leaf", is_dead=True)], [NEXT])

    drawing = draw(columns, 480, heads=HEADS, verdict="failing")

    assert (drawing.lines, drawing.nodes[1].style) == ((), "dead")


def test_an_unknown_certificate_fits_no_pin() -> None:
    drawing = draw(Columns([], [Pin("aaaa…", "", b"leaf")], [UNKNOWN]), 358, heads=HEADS, verdict="at_risk")

    assert [line.is_match for line in drawing.lines] == [False]


def test_nodes_of_a_narrow_drawing_stay_inside_it() -> None:
    columns = Columns([LEAF, ROOT], [Pin("aaaa…", "leaf key", b"leaf")] * 3, [NEXT, ROOT])

    drawing = draw(columns, 358, heads=HEADS, verdict="will_fail")

    assert max(node.x + node.width for node in drawing.nodes) <= 358
    assert max(node.y + 40 for node in drawing.nodes) <= drawing.height


def test_what_fails_now_is_coloured_on_both_sides() -> None:
    columns = Columns([LEAF, ROOT], [Pin("dddd…", "unknown key", b"other")], [NEXT, ROOT])

    drawing = draw(columns, 480, heads=HEADS, verdict="failing")

    assert [node.style for node in drawing.nodes] == ["on v-failing", "", "pin", "on v-failing", ""]


def test_a_chain_that_leads_to_no_root_is_compared_with_no_pin() -> None:
    refused = Certificate("Leaf", "aaaa…", "", frozenset({b"leaf"}), is_compared=False)

    drawing = draw(Columns([refused], [Pin("aaaa…", "leaf key", b"leaf")], [refused]), 480, heads=HEADS, verdict="")

    assert (drawing.lines, drawing.result) == ((), "not compared")


def test_what_stands_below_the_pins_has_room() -> None:
    columns = Columns([LEAF], [Pin("aaaa…", "leaf key", b"leaf")] * 2, [NEXT])

    drawing = draw(columns, 480, heads=HEADS, verdict="will_fail")

    assert drawing.result_y < drawing.height
