"""Android and iOS releases of one app, compared host by host."""

import base64
import json

import pytest

from certdash.models import App, PinSet, Release
from certdash.queries.judging.drift import Difference, differences
from tests.certdash import builders

pytestmark = pytest.mark.django_db

SECOND = "22" * 31 + "23"
OTHER = "33" * 31 + "34"


def pinned(app: App, version: str, platform: str, rules: dict[str, list[str]]) -> Release:
    release = builders.release(app, version, platform=platform)
    hosts = [
        {"host": host, "hashes": [f"sha256/{base64.b64encode(bytes.fromhex(one)).decode()}" for one in digests]}
        for host, digests in rules.items()
    ]
    source = json.dumps({"hosts": hosts}).encode()
    PinSet.objects.create(release=release, format="outsystems_json", source=source, uploaded_at=builders.NOW)
    return release


def test_only_rules_that_differ_are_told() -> None:
    app = builders.app()
    android = pinned(app, "4.2", "android", {"a.example": [OTHER], "b.example": [OTHER], "c.example": [OTHER]})
    ios = pinned(app, "4.2", "ios", {"a.example": [OTHER], "b.example": [SECOND]})

    compared, found = differences([android, ios])

    assert compared == ("4.2 Android", "4.2 iOS")
    assert found == (
        Difference("b.example", ("MzMzMzMz…; never expire", "IiIiIiIi…; never expire")),
        Difference("c.example", ("MzMzMzMz…; never expire", "no rule")),
    )


def test_the_newest_version_counts_and_not_the_last_one_registered() -> None:
    app = builders.app()
    newest = pinned(app, "4.10", "android", {"a.example": [OTHER]})
    older = pinned(app, "4.9", "android", {"a.example": [SECOND]})
    ios = pinned(app, "4.9", "ios", {"a.example": [OTHER]})

    assert differences([newest, older, ios]) == (("4.10 Android", "4.9 iOS"), ())


def test_one_platform_alone_drifts_from_nothing() -> None:
    release = pinned(builders.app(), "1.0", "android", {"a.example": [OTHER]})

    assert differences([release]) == ((), ())
