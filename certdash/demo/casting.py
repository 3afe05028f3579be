"""Puts the apps on: releases with their shares, pin files written from the story's names and uploaded."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from certdash.actions.apps import save_app, save_release
from certdash.actions.pin_sets import Upload, save_pin_set
from certdash.demo.apps import Build, Pinned, StoryApp
from certdash.demo.cast import APPS
from certdash.demo.people import LOG_IN_CUSTOMER, People
from certdash.demo.pin_files import WRITERS, Rule
from certdash.models import App, Customer, Environment, Release

PinOf = Callable[[str, str], str]


def save_apps(
    customers: Mapping[str, Customer],
    environments: Mapping[str, Environment],
    people: People,
    pin_of: PinOf,
    *,
    now: datetime,
) -> list[tuple[StoryApp, App]]:
    people.admit(customers[LOG_IN_CUSTOMER])
    saved = []
    for story in APPS:
        customer = customers[story.customer]
        app = App(
            customer=customer,
            name=story.name,
            owner=people.owner(story.owner, customer),
            active_users=story.users,
            adoption_days=story.adoption_days,
            buffer_days=story.buffer_days,
        )
        linked = [environments[name] for name in story.environments]
        save_app(app, linked, actor=people.admin, now=people.began)
        for build in story.builds:
            _save_build(app, build, pin_of, now)
        saved.append((story, app))
    return saved


def _save_build(app: App, build: Build, pin_of: PinOf, now: datetime) -> None:
    shipped_at = now - timedelta(days=build.days_ago)
    release = Release(app=app, platform=build.platform, version=build.version, build=build.number, share=build.share)
    save_release(release, actor=app.owner, now=shipped_at)
    if build.rules:
        file = WRITERS[build.kind]([_rule(rule, pin_of, now) for rule in build.rules])
        save_pin_set(release, Upload(file.source, file.name, file.format), actor=app.owner, now=shipped_at)


def _rule(rule: Pinned, pin_of: PinOf, now: datetime) -> Rule:
    expiration = "" if rule.expires_in is None else (now + rule.expires_in).date().isoformat()
    pins = tuple(pin_of(name, rule.host) for name in rule.pins)
    return Rule(rule.host, pins, rule.include_subdomains, expiration)
