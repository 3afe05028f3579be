"""Hashes in files that belong to no client: what a text stands for, and whom such a file is judged for."""

import re
from collections.abc import Iterable, Sequence

from pins.decision import Client
from pins.encodings import decode_nsdata
from pins.errors import Place
from pins.notations import DEAD, hex_inside, normalise_token, pin_problem, spelled_base64, token_body
from pins.pinset import Pin, PinKind, PinRule, Problem

_CERTIFICATE_KINDS = frozenset({PinKind.CERTIFICATE_SHA256, PinKind.CERTIFICATE_SHA1})
_LOOKS_LIKE_A_HASH = re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}")


def read_pin(text: str, place: Place) -> Pin | None:
    """The pin that `text` stands for in any notation; a hash that is damaged is a dead pin; None for other text."""
    inner = hex_inside(token_body(text)[0])
    if inner is not None:
        return _damaged(text, place)
    found = normalise_token(text)
    if not found:
        return _damaged(text, place) if is_like_a_hash(text) else None
    kind, digest = found[0].kind, found[0].digest
    spelled = spelled_base64(text, digest)
    problem = pin_problem(spelled, digest, kind)
    if problem == "sha1_pin" and kind is PinKind.CERTIFICATE_SHA1:
        problem = None
    return Pin(text, kind, digest, place, problem, base64=spelled)


def dead_pin(text: str, place: Place) -> Pin:
    """What stands where a pin belongs and is none."""
    return Pin(text, PinKind.SPKI_SHA256, None, place, "not_base64", base64=text)


def is_like_a_hash(text: str) -> bool:
    """A prefix that only hashes have, or a long word of their letters."""
    body, has_prefix = token_body(text)
    return has_prefix or _LOOKS_LIKE_A_HASH.fullmatch(body) is not None


def _damaged(text: str, place: Place) -> Pin:
    body, _ = token_body(text)
    digest = decode_nsdata(body)
    problem = pin_problem(body, digest, PinKind.SPKI_SHA256) or "wrong_length"
    return Pin(text, PinKind.SPKI_SHA256, digest, place, problem, base64=body)


def addressed(rules: Sequence[PinRule]) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Whom a file without a chosen client is judged for, one client a platform, and what that leaves out."""
    pins = [pin for rule in rules for pin in rule.pins or ()]
    if pins and all(pin.kind is PinKind.RAW_KEY for pin in pins):
        return frozenset({Client.DOTNET_CALLBACK.value}), ()
    if pins and all(pin.kind in _CERTIFICATE_KINDS for pin in pins):
        return frozenset({Client.HTTP_CERTIFICATE_PINNING.value}), ()
    has_patterns = any(rule.is_for_every_host or "*" in rule.pattern for rule in rules)
    android = Client.OKHTTP if has_patterns else Client.ANDROID_NSC
    lonely = [rule for rule in rules if len(set(_live(rule.pins or ()))) < 2]
    if lonely or any("*" in rule.pattern and not rule.is_for_every_host for rule in rules):
        return frozenset({android.value}), tuple(map(_alone, lonely))
    return frozenset({android.value, Client.TRUSTKIT_IOS.value}), ()


def _live(pins: Iterable[Pin]) -> Iterable[bytes]:
    return (pin.digest for pin in pins if pin.digest is not None and pin.problem not in DEAD)


def _alone(rule: PinRule) -> Problem:
    whose = "The list" if rule.is_for_every_host else rule.pattern
    return Problem(
        "single_pin",
        f"{whose} has fewer than two pins that can match, which TrustKit on iOS refuses, so without a chosen client "
        "it is judged for Android alone. Add the pin of a backup key.",
        rule.place,
    )
