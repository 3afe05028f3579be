"""An index only finds sooner what comparing every text finds: the same rows, whichever way they are reached."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certdash.actions.text_index import drop_text_index, ensure_text_index
from certdash.models import App, Endpoint, Environment
from certdash.queries.lists import text_search
from certdash.queries.lists.text_index import index_of
from certdash.queries.lists.text_search import Place, Sought, conditions, containing, place_of
from tests.certdash import builders

pytestmark = pytest.mark.django_db
ONLY_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="of the index in SQLite")
# What is few, some and many, so small that each way is taken: by keys, along the order with keys, along it by texts.
WAYS = {"as it is": (2000, 3000, 30_000), "some": (1, 3000, 30_000), "many": (1, 1, 30_000), "common": (1, 1, 1)}


@pytest.fixture(params=[*WAYS, "no index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, amount in zip(("FEW", "SOME", "MANY"), WAYS.get(request.param, WAYS["as it is"]), strict=True):
        monkeypatch.setattr(text_search, name, amount)
    if request.param == "no index":
        drop_text_index()
    yield
    ensure_text_index()


def by_comparing(text: str) -> Q:
    hosts = Endpoint.objects.filter(environment=OuterRef("pk"), archived_at=None, host__icontains=text)
    return Q(name__icontains=text) | Q(issuer__icontains=text) | Q(Exists(hosts))


def by_index(text: str) -> Q:
    hosts = Endpoint.objects.filter(environment=OuterRef("pk"), archived_at=None, host__icontains=text)
    served = Place(Exists(hosts), ("host",), "endpoints")
    return containing(Environment, text, place_of(text, "name", "issuer"), served)


def names(condition: Q) -> list[str]:
    return list(Environment.objects.filter(condition).order_by("name").values_list("name", flat=True))


def add(name: str, issuer: str = "", host: str = "", **fields: object) -> Environment:
    row = builders.environment(name=name, issuer=issuer)
    if host:
        builders.endpoint(row, host, **fields)
    return row


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme", ["Acme prod", "b"]),
        ("ACME P", ["Acme prod"]),
        ("let's", ["c"]),
        ("100%", ['100% "safe"_\\']),
        ("1_0", []),
        ('"safe"_\\', ['100% "safe"_\\']),
        ('e"_', ['100% "safe"_\\']),
        ("st", ["b", "gone"]),
        ("d", ["Acme prod"]),
        ("%", ['100% "safe"_\\']),
        ("Ärger", ["Ärger"]),
        ("Ä", ["Ärger"]),
        ("nothing like it", []),
        ("*", []),
        ("old", []),
        ("AND", []),
        ("name : x", []),
    ],
)
def test_every_way_finds_the_rows_that_have_the_text(text: str, expected: list[str]) -> None:
    add("Acme prod")
    add("b", host="api.acme.test")
    add("c", issuer="Let's Encrypt")
    add('100% "safe"_\\')
    add("Ärger")
    add("gone", host="now.test")
    builders.endpoint(Environment.objects.get(name="gone"), "old.example", archived_at=builders.NOW)

    assert names(by_index(text)) == expected
    assert Environment.objects.filter(by_index(text)).order_by().count() == len(expected)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=6), st.data())
def test_the_index_finds_whatever_comparing_finds(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    Environment.objects.all().delete()
    for number, (name, issuer, host) in enumerate(rows):
        add(f"{name} {number}", issuer, host)
    whole = data.draw(st.sampled_from(["".join(row) for row in rows] or ["x"]))
    start = data.draw(st.integers(0, len(whole)))
    text = (whole[start : start + data.draw(st.integers(1, 8))] or "x").swapcase()

    assert names(by_index(text)) == names(by_comparing(text))


@pytest.mark.usefixtures("way")
def test_the_index_follows_every_kind_of_write() -> None:
    customer = builders.customer()
    Environment.objects.bulk_create(Environment(customer=customer, name=f"first {n}", stage="test") for n in range(3))
    Environment.objects.filter(name="first 1").update(name="second")
    Environment.objects.filter(name="first 2").delete()
    row = Environment.objects.get(name="first 0")
    row.issuer = "first of all"
    row.save()

    assert (names(by_index("first")), names(by_index("second"))) == (["first 0"], ["second"])


@pytest.mark.usefixtures("way")
def test_texts_of_related_rows_lead_to_the_rows_of_a_list() -> None:
    owner, person = builders.customer("Northwind"), builders.user()
    builders.app(owner, "one")
    App.objects.create(customer=builders.customer(), name="two", owner=person)
    builders.app(name="three")
    person.name = "Ada North"
    person.save()

    people = (place_of("north", "name", path=path) for path in ("customer", "owner"))
    found = App.objects.filter(containing(App, "north", place_of("north", "name"), *people))

    assert list(found.order_by("name").values_list("name", flat=True)) == ["one", "two"]


def test_one_statement_asks_for_all_that_a_page_looks_for() -> None:
    add("Acme prod")
    builders.app(name="Acme mobile")
    wanted = [Sought(model, "acme", (place_of("acme", "name"),), some=text_search.SOME) for model in (Environment, App)]

    environments, apps = conditions(*wanted)

    assert (Environment.objects.get(environments).name, App.objects.get(apps).name) == ("Acme prod", "Acme mobile")


@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_migration_rebuilds_is_searched_right_afterwards() -> None:
    add("Acme prod")
    call_command("migrate", "certdash", "0015", verbosity=0)
    call_command("migrate", verbosity=0)
    add("Acme test")

    assert names(by_index("acme")) == ["Acme prod", "Acme test"]


@ONLY_SQLITE
@pytest.mark.django_db(transaction=True)
def test_triggers_that_a_rebuilt_table_lost_come_back_with_what_was_written_without_them() -> None:
    field = Environment._meta.get_field("issuer")
    with connection.schema_editor() as editor:
        editor._remake_table(Environment, alter_fields=[(field, field)])  # type: ignore[attr-defined]  # of SQLite's
    add("Acme prod")
    without = names(by_index("acme"))

    ensure_text_index()

    assert (without, names(by_index("acme"))) == ([], ["Acme prod"])


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_is_searched_right() -> None:
    add("Acme prod")
    call_command("flush", verbosity=0, interactive=False)
    empty = names(by_index("acme"))
    add("Acme test")

    assert (empty, names(by_index("acme"))) == ([], ["Acme test"])


@ONLY_SQLITE
@pytest.mark.django_db(transaction=True)
def test_a_backup_and_a_vacuumed_file_keep_the_index() -> None:
    for name in ("gone", "Acme prod", "Acme test"):
        add(name)
    Environment.objects.filter(name="gone").delete()
    keys = sorted(Environment.objects.values_list("pk", flat=True))
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    copy.execute("VACUUM")

    found = copy.execute(f"SELECT rowid FROM {index_of(Environment)}('acm')").fetchall()

    assert [key for (key,) in found] == keys


@ONLY_SQLITE
def test_columns_that_nobody_searches_leave_the_index_alone() -> None:
    row = add("Acme prod")
    written = []
    for change in ({"badness": 0}, {"name": "Acme prod"}, {"name": "Acme test"}):
        before = connection.connection.total_changes
        Environment.objects.filter(pk=row.pk).update(**change)
        written.append(connection.connection.total_changes - before)

    assert written[:2] == [1, 1]
    assert written[2] > 1


@ONLY_SQLITE
def test_a_whole_index_is_not_made_again() -> None:
    ensure_text_index()
    before = connection.connection.total_changes

    ensure_text_index()

    assert connection.connection.total_changes == before


@ONLY_SQLITE
def test_a_database_that_allows_no_index_says_so_and_searches_on(caplog: pytest.LogCaptureFixture) -> None:
    add("Acme prod")
    drop_text_index()
    refused = sqlite3.SQLITE_DENY
    connection.connection.set_authorizer(lambda action, *_: refused if action == sqlite3.SQLITE_CREATE_VTABLE else 0)
    ensure_text_index()
    connection.connection.set_authorizer(None)

    assert [record.message for record in caplog.records] == [
        "Searches by text are answered without an index, so they are slow in a large fleet: not authorized"
    ]
    assert names(by_index("acme")) == ["Acme prod"]
    ensure_text_index()
