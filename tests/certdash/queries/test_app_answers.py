"""The owner's seven questions: different answers for whose certificate it is, what is known, and how late it is."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.actions.successors import Announcement, register
from certdash.models import Endpoint, Hosting, Release, Role
from certdash.queries.access import Access
from certdash.queries.apps.page import AppPage, app_page
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve, upload
from tests.pki import pem

pytestmark = pytest.mark.django_db

ADMIN = Access(0, Role.PLATFORM_ADMIN, {})
AFFECTED, WHOSE, CHANGE, DATA, OPT_OUT, AFTERWARDS, AFTER_THAT = (
    "Am I affected, and by which host?",
    "Whose certificate is it?",
    "What must I change, and until when?",
    "Is data at risk?",
    "Can I opt out?",
    "What must I do afterwards?",
    "When is the rotation after that?",
)
DEFAULT = "a.cloud.test"
PLAN = "The platform's people wait for your plan: acknowledge the rotation."
OWN = ISSUING.leaf("api.acme.test", not_before=NOW - 20 * DAY, not_after=NOW + 70 * DAY)


@dataclass
class Story:
    """A fleet whose platform certificate is served, and perhaps announced anew."""

    fleet: Fleet = field(default_factory=Fleet)
    hosts: list[Endpoint] = field(default_factory=list)

    def host(self, name: str = DEFAULT, **fields: object) -> Endpoint:
        endpoint = self.fleet.host(name, **fields)
        serve(endpoint, *((WILDCARD, ISSUING) if name.endswith(".cloud.test") else (OWN, ISSUING)))
        self.hosts.append(endpoint)
        return endpoint

    def announce(self, start: datetime = NOW + 60 * DAY) -> None:
        target = Target(self.fleet.domain)
        candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)
        told = Announcement(window_start=start, window_end=start + 10 * DAY)
        register(candidate, target, told, actor=None, now=NOW)

    def page(self, release: Release) -> AppPage:
        evaluate_endpoints([one.pk for one in self.hosts], now=NOW)
        evaluate_releases([release.pk], now=NOW)
        return app_page(release.app, ADMIN, NOW)


def told(page: AppPage, question: str) -> list[str]:
    answer = next(one for one in page.answers if one.question == question)
    return ["".join(part.text for part in line.words) for line in answer.lines]


def pins(page: AppPage, question: str = CHANGE) -> list[tuple[str, str]]:
    """What to do with which key, by the name of its certificate."""
    answer = next(one for one in page.answers if one.question == question)
    names = {pin(WILDCARD): "current", pin(NEXT): "next", pin(ROOT): "root", pin(OWN): "own"}
    return [(one.verb, names[one.hash.copy]) for one in answer.pins]


def test_every_page_answers_the_seven_questions_in_this_order() -> None:
    story = Story()
    story.host()

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(WILDCARD))))

    assert [one.question for one in page.answers] == [
        AFFECTED, WHOSE, CHANGE, DATA, OPT_OUT, AFTERWARDS, AFTER_THAT,
    ]  # fmt: skip


def test_a_default_domain_with_an_announced_next_key() -> None:
    story = Story()
    story.host()
    story.announce()

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(WILDCARD))))

    assert told(page, AFFECTED) == [
        "Yes, by a.cloud.test: 1.0 Android, 100 % of your users, stops connecting there when it rotates, 14 Jan."
    ]
    assert told(page, WHOSE) == [
        "The platform's: a.cloud.test serves *.cloud.test, as other customers do, until 14 Jan 2027."
    ]
    assert told(page, CHANGE) == [
        "In 1.0 Android: keep the current pin and add the next one. Ship it by 7 Dec. Take the corrected file home.",
        PLAN,
    ]
    assert pins(page) == [("keep", "current"), ("add", "next")]
    assert told(page, DATA) == [
        "No. Where no pin fits, the app refuses the connection before it sends anything: what stops is the service."
    ]
    assert told(page, OPT_OUT) == [
        (
            "No. The platform replaces its certificate for everybody, by 14 Jan 2027 at the latest and on any day "
            "before. You can stop depending on it: plan the move of a.cloud.test to your own domain and certificate."
        )
    ]
    assert pins(page, AFTERWARDS) == [("drop later", "current")]
    assert told(page, AFTER_THAT)[0].endswith("Lifetimes shrink: what is issued then may live 100 days at most.")


def test_a_next_key_that_nobody_has_announced_is_replaced_by_the_root() -> None:
    story = Story()
    story.host()

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(WILDCARD))))

    assert told(page, CHANGE) == [
        (
            "In 1.0 Android: nobody has announced the next key, so keep what fits today and add the root above every "
            "likely chain. The last safe day was 7 Nov: ship it at once and force the update. Take the "
            "corrected file home."
        ),
        PLAN,
    ]
    assert pins(page) == [("keep", "current"), ("add", "root")]
    assert told(page, AFTERWARDS)[0].startswith("When the next certificate is announced, its pin appears here.")


def test_a_newer_release_that_holds_both_pins_only_has_to_reach_the_users() -> None:
    story = Story()
    endpoint = story.host()
    story.announce()
    old = story.fleet.app(nsc(DEFAULT, pin(WILDCARD)), share=70)
    new = builders.release(old.app, "1.1", share=30)
    upload(new, nsc(DEFAULT, pin(WILDCARD), pin(NEXT)))
    evaluate_releases([new.pk], now=NOW)

    page = story.page(old)

    assert endpoint.host == DEFAULT
    assert told(page, CHANGE) == [
        "Nothing more in the file: 1.1 Android holds the pins for a.cloud.test. Get it to users by 7 Dec.",
        PLAN,
    ]
    assert pins(page) == [("keep", "current"), ("keep", "next")]


def test_what_fails_today_cannot_wait() -> None:
    story = Story()
    story.host()
    story.announce()

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(OWN))))

    assert told(page, AFFECTED) == ["Already: 1.0 Android, 100 % of your users, cannot connect to a.cloud.test today."]
    assert told(page, CHANGE) == [
        (
            "In 1.0 Android: add the current pin and the next one. Ship it now and force the update. Take the "
            "corrected file home."
        ),
        PLAN,
    ]
    assert pins(page) == [("add", "current"), ("add", "next")]


def test_a_release_that_connects_today_is_the_quick_way_out_whatever_comes_next() -> None:
    story = Story()
    story.host()
    old = story.fleet.app(nsc(DEFAULT, pin(OWN)), share=70)
    new = builders.release(old.app, "1.1", share=30)
    upload(new, nsc(DEFAULT, pin(WILDCARD)))
    evaluate_releases([new.pk], now=NOW)

    page = story.page(old)

    assert "".join(part.text for part in page.sentence).endswith("1.1 Android connects: get it to them at once.")
    assert told(page, CHANGE) == [
        (
            "1.1 Android connects to a.cloud.test today (the next rotation needs a further pin). Get it to every user "
            "at once, with a forced update."
        ),
        PLAN,
    ]
    assert pins(page) == [("keep", "current"), ("add", "root")]


def test_an_own_certificate_is_not_touched_by_the_platform() -> None:
    story = Story()
    story.host("api.acme.test")

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(ROOT))))

    assert told(page, AFFECTED) == [
        (
            "Not by the platform: api.acme.test serves a certificate of your own, and your next renewal, 3 Jan – 2 "
            "Feb, stops no release in use either."
        )
    ]
    assert told(page, WHOSE) == ["api.acme.test serves a certificate of your own: nobody but you renews."]
    assert told(page, CHANGE) == [
        "Nothing. The releases in use hold the pins they need; leave these in every later release."
    ]
    assert told(page, OPT_OUT)[0].startswith("There is nothing to opt out of at api.acme.test: you decide")


def test_a_server_of_one_s_own_is_told_as_such() -> None:
    story = Story()
    story.fleet.environment.hosting = Hosting.SELF_MANAGED
    story.fleet.environment.save()
    story.host("api.acme.test")

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(OWN))))

    assert told(page, WHOSE) == ["api.acme.test runs on servers of your own: nobody but you renews."]
    assert told(page, AFFECTED)[0].startswith("Not by the platform: api.acme.test runs on servers of your own. But")


def test_what_is_not_pinned_needs_nothing_and_says_that_it_is_open() -> None:
    story = Story()
    story.host()
    release = story.fleet.app(nsc("else.where.test", pin(ROOT)))
    release.app.environments.add(story.fleet.environment)

    page = story.page(release)

    assert told(page, AFFECTED)[0] == (
        "No: at a.cloud.test 1.0 Android checks no pin in force, and connects whatever is served."
    )
    assert told(page, DATA)[1] == (
        "Apart from any rotation: at a.cloud.test 1.0 Android checks no pin, so ordinary validation alone protects "
        "what is sent."
    )


def test_a_host_that_nobody_watches_is_one_click_from_being_watched() -> None:
    story = Story()
    release = story.fleet.app(nsc("else.where.test", pin(ROOT)))
    release.app.environments.add(story.fleet.environment)

    page = story.page(release)

    line = page.answers[0].lines[0]
    assert told(page, AFFECTED) == [
        "Not known at else.where.test. Your pin files name it, and nobody watches what is served there: watch it."
    ]
    assert [part.url for part in line.words] == [
        "", f"/environments/{story.fleet.environment.pk}/endpoints/new/?host=else.where.test", "",
    ]  # fmt: skip


def test_an_own_domain_with_the_platform_s_certificate_rotates_with_the_platform() -> None:
    story = Story()
    story.host()
    borrowed = story.fleet.host("www.acme.test")
    serve(borrowed, WILDCARD, ISSUING)
    story.hosts.append(borrowed)

    page = story.page(story.fleet.app(nsc("www.acme.test", pin(WILDCARD))))

    assert told(page, WHOSE) == [
        (
            "The platform's: www.acme.test serves *.cloud.test, as other customers do, until 14 Jan 2027. "
            "www.acme.test is a domain of your own all the same."
        )
    ]


def test_a_broken_chain_is_not_repaired_by_pins() -> None:
    story = Story()
    endpoint = story.fleet.host("api.acme.test")
    serve(endpoint, OWN)
    story.hosts.append(endpoint)

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(OWN))))

    assert told(page, CHANGE)[0].startswith("At api.acme.test a new pin alone repairs nothing. ")
    assert pins(page) == []
    assert "".join(part.text for part in page.sentence).endswith(
        "No release repairs that: what api.acme.test serves has to change."
    )


def test_an_app_without_hosts_has_no_answers() -> None:
    assert app_page(builders.app(), ADMIN, NOW).answers == ()
