"""Android and iOS releases of one app, compared rule by rule."""

import pytest

from certdash.models import App, Pin, PinRule, PinSet, Release
from certdash.queries.drift import Difference, differences
from tests.certdash import builders

pytestmark = pytest.mark.django_db

FIRST, SECOND = "11" * 32, "22" * 32


def pinned(app: App, version: str, platform: str, rules: dict[str, list[str]]) -> Release:
    release = builders.release(app, version, platform=platform)
    pin_set = PinSet.objects.create(release=release, format="android_nsc", source=b"", uploaded_at=builders.NOW)
    for place, (pattern, digests) in enumerate(rules.items()):
        rule = PinRule.objects.create(pin_set=pin_set, position=place, pattern=pattern)
        for at, digest in enumerate(digests):
            Pin.objects.create(rule=rule, position=at, text=digest, kind="spki_sha256", digest=digest)
    return release


def test_only_rules_that_differ_are_told() -> None:
    app = builders.app()
    android = pinned(app, "4.2", "android", {"a.example": [FIRST], "b.example": [FIRST], "c.example": [FIRST]})
    ios = pinned(app, "4.2", "ios", {"a.example": [FIRST], "b.example": [SECOND]})

    compared, found = differences([android, ios])

    assert compared == ("4.2 Android", "4.2 iOS")
    assert found == (
        Difference("b.example", ("ERERERER…; never expire", "IiIiIiIi…; never expire")),
        Difference("c.example", ("ERERERER…; never expire", "no rule")),
    )


def test_the_newest_version_counts_and_not_the_last_one_registered() -> None:
    app = builders.app()
    newest = pinned(app, "4.10", "android", {"a.example": [FIRST]})
    older = pinned(app, "4.9", "android", {"a.example": [SECOND]})
    ios = pinned(app, "4.9", "ios", {"a.example": [FIRST]})

    assert differences([newest, older, ios]) == (("4.10 Android", "4.9 iOS"), ())


def test_one_platform_alone_drifts_from_nothing() -> None:
    release = pinned(builders.app(), "1.0", "android", {"a.example": [FIRST]})

    assert differences([release]) == ((), ())
