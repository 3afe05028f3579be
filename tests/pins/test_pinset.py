"""A pin set that feeds several clients, and one that names no hosts."""

from dataclasses import replace

from pins.decide import decide
from pins.decision import Client, Outcome
from pins.errors import Place
from pins.pinset import EVERY_HOST, PinSet, Problem
from tests.pins.encounters import BAD, cast, encounter, rule, spki

C = cast()
PATH = (C.l1, C.i1, C.r1)


def test_a_client_reads_the_rules_and_problems_of_its_own_scope_and_those_of_all() -> None:
    mine, theirs, shared = (
        replace(rule(name, BAD), scope=scope) for name, scope in (("a", "x"), ("b", "y"), ("c", ""))
    )
    problem = Problem("duplicate_domain", "Twice.", Place(), is_refused=True, scope="y")
    value = PinSet("info_plist", b"", (mine, theirs, shared), (problem,))

    assert (value.for_client("x").rules, value.for_client("x").problems) == ((mine, shared), ())
    assert (value.for_client("y").rules, value.for_client("y").problems) == ((theirs, shared), (problem,))


def test_what_concerns_one_client_does_not_refuse_the_file_for_another() -> None:
    problem = Problem("duplicate_domain", "Twice.", Place(), is_refused=True, scope="okhttp")
    value = PinSet("", b"", (rule("www.example.com", spki(C.l1)),), (problem,))
    met = encounter("www.example.com", *PATH)

    outcomes = [decide(client, value, met).outcome for client in (Client.ANDROID_NSC, Client.OKHTTP)]

    assert outcomes == [Outcome.CONNECTS, Outcome.CONFIG_ERROR]


def test_pins_for_every_host_speak_for_each_host_that_is_asked_for() -> None:
    value = PinSet("", b"", (replace(rule(EVERY_HOST, spki(C.i1)), is_for_every_host=True),))

    met = [encounter(host, *PATH) for host in ("www.example.com", "b.example")]

    assert [decide(Client.ANDROID_NSC, value, one).outcome for one in met] == [Outcome.CONNECTS] * 2


def test_a_star_that_a_file_spells_out_speaks_for_no_host() -> None:
    value = PinSet("", b"", (rule(EVERY_HOST, BAD),))

    assert decide(Client.ANDROID_NSC, value, encounter("b.example", *PATH)).outcome is Outcome.NOT_PINNED
