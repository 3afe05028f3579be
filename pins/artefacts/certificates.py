"""Certificate files inside an app: which library looks for them where, and all of one folder as one pin set."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pins.artefacts.archive import place
from pins.artefacts.artefact import Confidence
from pins.errors import Place
from pins.pinset import Pin, PinRule, PinSet, Problem

FORMAT = "certificates"
MAXIMUM_BYTES = 1024 * 1024
MAXIMUM_FILES = 1_000


class Spot(NamedTuple):
    """A folder below `root` and the clients that take every certificate in it."""

    pattern: re.Pattern[str]
    clients: frozenset[str]
    confidence: Confidence


def _spot(pattern: str, *clients: str, confidence: Confidence = Confidence.LIKELY) -> Spot:
    return Spot(re.compile(pattern), frozenset(clients), confidence)


_ABOUT_ALL = frozenset({"leaf_as_only_anchor"})
_ENDINGS = r"[^/]+\.(?:cer|CER|crt|CRT|der|DER|pem)"
ANDROID = (
    _spot(r"assets/(?:www|public)/certificates/[^/]+\.cer", "cordova_advanced_http_android"),
    _spot(rf"assets/public/certs/{_ENDINGS}", "capgo_android"),
    _spot(r"assets/[^/]+\.cer", "react_native_ssl_pinning_android", confidence=Confidence.POSSIBLE),
)
IOS = (
    _spot(r"(?:www|public)/certificates/[^/]+\.cer", "cordova_advanced_http_ios"),
    _spot(rf"public/certs/{_ENDINGS}", "capgo_ios"),
    _spot(
        r"[^/]+\.(?:cer|CER|crt|CRT|der|DER)",
        "alamofire_certificates",
        "alamofire_public_keys",
        "afnetworking_certificates",
        "afnetworking_public_keys",
        "react_native_ssl_pinning_ios",
        confidence=Confidence.POSSIBLE,
    ),
)


def folder_of(spot: Spot, root: str, names: Iterable[str]) -> dict[str, list[str]]:
    """The members that belong to the spot, by their folder."""
    folders: dict[str, list[str]] = {}
    for name in names:
        if name.startswith(root) and spot.pattern.fullmatch(name, len(root)):
            folders.setdefault(name.rpartition("/")[0] + "/", []).append(name)
    return folders


def merged(spot: Spot, pin_sets: Mapping[str, PinSet]) -> PinSet | None:
    """One pin set of all files by their member, since a client takes any of them; None where none has a pin."""
    placed = [_placed(pin_set, name) for name, pin_set in pin_sets.items()]
    rules: dict[PinRule, list[Pin]] = {}
    for rule in (rule for pin_set in placed for rule in pin_set.rules if rule.pins):
        rules.setdefault(replace(rule, pins=(), place=Place()), []).extend(rule.pins or ())
    if not rules:
        return None
    return replace(
        placed[0],
        source=b"",
        rules=tuple(replace(rule, pins=tuple(pins), place=pins[0].place) for rule, pins in rules.items()),
        problems=tuple(_problems(placed)),
        client_kinds=spot.clients,
    )


def _problems(pin_sets: Sequence[PinSet]) -> Iterator[Problem]:
    """What a reader says about all certificates of its file holds for the folder where it says so of every file."""
    for pin_set in pin_sets:
        for problem in pin_set.problems:
            is_said = all(any(one.code == problem.code for one in other.problems) for other in pin_sets)
            if problem.code not in _ABOUT_ALL or is_said:
                yield problem


def _placed(pin_set: PinSet, name: str) -> PinSet:
    """With the member's name instead of a line: the files are binary for the most part."""
    here = place(name)
    return replace(
        pin_set,
        rules=tuple(
            replace(rule, pins=tuple(replace(pin, place=here) for pin in rule.pins or ())) for rule in pin_set.rules
        ),
        problems=tuple(replace(problem, place=here) for problem in pin_set.problems),
    )
