"""Made-up values for every component of the style guide, the awkward ones included: nothing, too much, too long."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django import forms

from certdash.drawing import chain, lifetime, runway
from certdash.queries.formatting import Moment, Part, key_hash
from certdash.queries.lists.lists import Column, Columns, Filters, Option, Page, Select
from certdash.queries.lists.saved_filters import SavedLink, SavedMenu
from certdash.queries.search.progress import ProgressBar
from pins.verdict import Value

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPENS, CLOSES = NOW + timedelta(days=21), NOW + timedelta(days=51)
AGE = Moment("4 min", "24 Nov 2026, 11:56 UTC", "2026-11-24T11:56:00+00:00")
STALE = Moment("3 d", "21 Nov 2026, 12:00 UTC", "2026-11-21T12:00:00+00:00", is_stale=True)
LONG_HOST = "a-rather-long-name-of-an-environment.europe-west.cloud-platform-of-somebody.example"


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="As people say it.", widget=forms.TextInput(attrs={"data-wide": "half"}))
    stage = forms.ChoiceField(
        choices=[("production", "production"), ("test", "test")], widget=forms.Select(attrs={"data-wide": "half"})
    )
    customer = forms.CharField(disabled=True, initial="Acme", help_text="It stays with its customer.")
    hosts = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    told = forms.MultipleChoiceField(
        label="What",
        required=False,
        choices=[("fails", "An app stops connecting"), ("late", "A ship-by date has passed")],
        widget=forms.CheckboxSelectMultiple,
    )
    is_public = forms.BooleanField(label="Counts as a public trust store", required=False)


def form() -> ExampleForm:
    """Filled in by half: one field is refused."""
    found = ExampleForm({"stage": "production", "told": ["fails"]}, initial={"customer": "Acme"})
    found.is_valid()
    return found


def sentence() -> tuple[Part, ...]:
    return (
        Part("If the platform certificate rotates on 14 Jan 2027, "),
        Part("7 of 52 apps", "#sentence"),
        Part(" stop connecting: "),
        Part("3 customers", "#sentence"),
        Part(", about 210,000 users."),
    )


def lifetimes() -> dict[str, object]:
    scale = lifetime.scale_for([CLOSES + timedelta(days=60)], NOW)
    lives = [lifetime.Life(value.value, NOW - timedelta(days=300), CLOSES, OPENS, CLOSES) for value in Value]
    lives.append(lifetime.Life("unknown", silent_since=NOW - timedelta(days=90)))
    return {"scale": lifetime.head_of(scale), "bars": [lifetime.bar(life, scale) for life in lives]}


def runways() -> dict[str, object]:
    runs = [
        runway.Run("will_fail", date(2026, 12, 2), OPENS, CLOSES),
        runway.Run("failing", date(2026, 11, 7), OPENS, CLOSES),
        runway.Run("at_risk", NOW.date(), OPENS, CLOSES),
    ]
    ground = runway.scale_for(runs, NOW)
    return {"head": runway.head_of(runs, ground), "runways": [runway.runway(run, ground) for run in runs]}


def chains() -> dict[str, chain.Drawing]:
    """A pin that fits now and misses next, beside one that can never fit; then one that fits both; then no pin."""
    key, root = b"leaf", b"root"
    now = (_node("Leaf", "kT8sQ2pA…", key), _node("Intermediate", "h6801m+z…", b"ca"), _node("Root", "i7WTqTvh…", root))
    after = (_node("Leaf", "unknown", b""), _node("Intermediate", "h6801m+z…", b"ca"), _node("Root", "i7WTqTvh…", root))
    dead = chain.Pin("47DEQpj8…", "hash of nothing", is_dead=True)
    rows = {
        "misses": ((chain.Pin("kT8sQ2pA…", "leaf", key), dead), "will_fail"),
        "fits": ((chain.Pin("i7WTqTvh…", "root", root),), "ready"),
        "unpinned": ((), "unprotected"),
    }
    heads = ("Served now", "Pins", "Next, 15 Dec")
    return {
        name: chain.draw(chain.Columns(now, pins, after), 480, heads=heads, verdict=verdict)
        for name, (pins, verdict) in rows.items()
    }


def _node(role: str, short: str, key: bytes) -> chain.Certificate:
    return chain.Certificate(role, short, "", frozenset({key} if key else ()))


def matrix() -> dict[str, object]:
    """Six releases on two hosts: every verdict, a stale one, a cell that is not used, a name that is too long."""
    hosts = (_host("acme-prod.cloud.example", "default"), _host(LONG_HOST, "custom"))
    cells = [_cell(value.value, at) for at, value in enumerate(Value)]
    releases = [
        SimpleNamespace(
            version=f"4.{6 - at}",
            platform="iOS" if at % 2 else "Android",
            build="421",
            share="61 %",
            users="91,000",
            has_pin_set=True,
            cells=(SimpleNamespace(host=hosts[0].host, cell=cell), SimpleNamespace(host=LONG_HOST, cell=None)),
        )
        for at, cell in enumerate(cells)
    ]
    return {"page": SimpleNamespace(hosts=hosts, may_edit=False, pk=1), "releases": releases}


def _host(name: str, kind: str) -> SimpleNamespace:
    return SimpleNamespace(host=name, url="", kind=kind, window="15 Dec – 14 Jan")


def _cell(value: str, at: int) -> SimpleNamespace:
    note = "leaf key only: it goes with the rotation"
    return SimpleNamespace(url=f"#cell-{at}", now="ready", next=value, note=note, is_stale=at == 3)


def explanation() -> SimpleNamespace:
    drawing = chains()["misses"]
    return SimpleNamespace(
        url="#cell-1", release="4.2 Android", host="acme-prod.cloud.example", now="ready", now_words="ready now",
        next="will_fail", next_words="will fail from 15 Dec", pins=(),
        pictures=(SimpleNamespace(title="", wide=drawing, narrow=drawing),),
        reason="The pinned key leaves acme-prod.cloud.example between 15 Dec and 14 Jan, and the other pin is the hash "
        "of nothing. Ship a release with the new pin before 2 Dec.",
        stores_words="Both trust stores agree.", stores=(), evidence=(Part("registered by the certificate's owner"),),
        settles="Nothing is open: the next certificate is registered.", fails_under="the registered successor",
        ship_by="2 Dec", ship_by_left="in 8 d", lead="review 3 d, adoption 28 d, buffer 7 d", clients="", age=AGE,
        is_stale=False, corrected=None,
    )  # fmt: skip


def lists() -> dict[str, object]:
    customer = Select("customer", "Customer", (Option("", "all"), Option("acme", "Acme")), is_set=False)
    status = Select("status", "Status", (Option("failing", "failing", is_selected=True),), is_set=True)
    return {
        "filters": Filters((customer, status), "", "Filter by host, name, issuer"),
        "pager": Page("1–19 of 84", "", "#lists"),
        "columns": (Column("Name", "#lists", "ascending"), Column("Users", "#lists", "")),
        **choosers(),
    }


def choosers() -> dict[str, object]:
    """A saved filter that was changed since, beside one that is not shown; one of two columns."""
    mine, other = (
        SavedLink(1, "Before 14 Jan", "#lists", is_chosen=True),
        SavedLink(2, "Acme", "#lists", is_chosen=False),
    )
    options = (Option("issuer", "Issuer", is_selected=True), Option("stage", "Stage"))
    return {
        "saved": SavedMenu("environments", (mine, other), mine, is_changed=True, query=""),
        "choice": Columns(options, {"issuer": True, "stage": False}, is_set=True),
    }


def progresses() -> tuple[ProgressBar, ...]:
    """Over, so that it does not ask for itself; one of them with hosts that could not be read."""
    done = ProgressBar(1, "Checking 84 environments", "84 of 84", "100%", "100%", "0%", True, "All read.", "#", "#")
    half = ProgressBar(
        2, "Checking 84 environments", "63 of 84, 9 not readable", "75%", "64%", "11%", True, "", "#", ""
    )
    return done, half


def words() -> dict[str, object]:
    name = "leaf *.cloud.example, serial 1a2b"
    return {
        "sentence": sentence(),
        "fresh": AGE,
        "stale": STALE,
        "never": Moment("never"),
        "hash": key_hash("47" * 32, name),
        "long_hash": key_hash("a3" * 32, f"leaf {LONG_HOST}, serial 04:6a:2b:99:c1:0e:5d:77"),
        "long_host": LONG_HOST,
    }
