"""The blast radius: what is drawn, in which order, and that its heights add up."""

import itertools

from certdash.drawing.flow import PHONE, Flow, flow
from certdash.drawing.flow_layout import End, Source


def source(app: str, users: int, *environments: str, end: End = "reachable") -> Source:
    return Source(app, "Acme", "/apps/1/", "will_fail", users, end, environments or ("prod",))


def drawn(*sources: Source) -> Flow:
    found = flow(sources)
    assert found is not None
    return found


def test_nothing_is_drawn_where_nobody_stops() -> None:
    assert flow([]) is None


def test_apps_that_can_be_reached_stand_above_those_that_cannot() -> None:
    picture = drawn(source("late", 900, end="passed"), source("small", 100), source("great", 500))

    assert [(node.name, node.figure) for node in picture.apps] == [("great", "500"), ("small", "100"), ("late", "900")]
    assert [(node.kind, node.figure) for node in picture.ends] == [("reachable", "600"), ("passed", "900")]


def test_apps_of_one_environment_stand_together_under_its_name() -> None:
    picture = drawn(source("a", 10, "one"), source("b", 30, "two"), source("c", 25, "one"))

    assert [node.name for node in picture.apps] == ["c", "a", "b"]
    assert [(node.name, node.note) for node in picture.environments] == [("one", "2 apps"), ("two", "1 app")]


def test_height_is_users_and_every_column_has_the_same_sum() -> None:
    picture = drawn(
        source("a", 200, "one"), source("b", 100, "two", end="passed"), source("c", 50, "two"), source("d", 50, "two")
    )

    assert [node.height for node in picture.apps] == ["150.0", "37.5", "37.5", "75.0"]
    assert [node.height for node in picture.environments] == ["150.0", "150.0"]
    assert [node.height for node in picture.ends] == ["225.0", "75.0"]
    assert picture.certificate is not None
    assert picture.certificate.height == "300.0"


def test_few_apps_make_a_low_drawing_that_holds_its_words() -> None:
    one, two = drawn(source("a", 5)), drawn(source("a", 300), source("b", 100))

    assert [node.height for node in (*one.apps, *two.apps)] == ["76.0", "114.0", "38.0"]
    tiny = drawn(source("a", 0))
    assert float(tiny.ends[0].middle) + 25 <= tiny.height


def test_an_app_in_two_environments_is_shared_between_them_and_counted_once() -> None:
    picture = drawn(source("a", 100, "one", "two"))

    assert [(node.name, node.height) for node in picture.environments] == [("one", "38.0"), ("two", "38.0")]
    assert [node.figure for node in picture.ends] == ["100"]


def test_an_app_without_known_users_is_still_visible() -> None:
    assert [node.height for node in drawn(source("a", 0)).apps] == ["4.0"]


def test_no_two_bars_of_a_column_overlap() -> None:
    picture = drawn(*(source(f"app {at}", 3 ** (at % 7), f"env {at % 5}") for at in range(12)))

    for column in (picture.apps, picture.environments, picture.ends):
        edges = [(float(node.y), float(node.y) + float(node.height)) for node in column]
        assert all(below[0] >= above[1] for above, below in itertools.pairwise(edges))
        assert edges[-1][1] <= picture.height


def test_beyond_twelve_apps_the_smallest_share_one_band_for_each_end() -> None:
    many = [source(f"app {at:02}", 1000 - at, end="passed" if at % 2 else "reachable") for at in range(15)]

    picture = drawn(*many)

    assert (len(picture.apps), picture.hidden_apps) == (12, 5)
    assert [(node.name, node.figure) for node in picture.apps if "more" in node.name] == [
        ("3 more apps", "2,964"),
        ("2 more apps", "1,976"),
    ]
    assert sum(int(node.figure.replace(",", "")) for node in picture.ends) == sum(one.users for one in many)


def test_on_a_phone_only_apps_and_users_are_drawn() -> None:
    picture = flow([source("a", 10), source("b", 20, end="passed")], PHONE)

    assert picture is not None
    assert (picture.certificate, picture.environments) == (None, ())
    assert [ribbon.kind for ribbon in picture.ribbons] == ["reachable", "passed"]


def test_what_has_no_room_above_its_bar_is_shortened() -> None:
    name, owner = "Field Service of the northern region", "A customer with a name"
    long = Source(name, owner, "", "will_fail", 5, "passed", ("e" * 25,))

    wide, phone = flow([long]), flow([long], PHONE)

    assert wide is not None
    assert phone is not None
    assert [(node.name, node.note) for node in wide.apps] == [("Field Service of the no…", "A customer with…")]
    assert [node.name for node in (*wide.environments, *phone.apps)] == ["e" * 23 + "…", "Field Service of…"]
