"""Stacks in an app that never look at the pins of its platform's configuration, as far as its files show them."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pins.artefacts.archive import shown
from pins.artefacts.gathering import Gathering

MARKS = (b"Lcom/silkimen/", b"Lcom/toyberman/")
"""Names of classes among the strings of compiled code; R8 leaves those that JavaScript asks for."""

_CONFIGURED = frozenset({"android_nsc", "info_plist"})


class Stack(NamedTuple):
    """`pattern`: members that give it away; `mark`: one of `MARKS`."""

    name: str
    why: str
    pattern: re.Pattern[str]
    mark: bytes = b""


_OWN_TLS = "brings its own TLS"
_OWN_ANCHORS = "trusts what its own key store holds"  # KeyStoreConfigSource.java has no configuration by domain
ANDROID = (
    Stack("Flutter's HTTP client", _OWN_TLS, re.compile(r"(?:.*/)?lib/[^/]+/libapp\.so")),  # dart:io
    Stack(
        "cordova-plugin-advanced-http",
        _OWN_ANCHORS,
        re.compile(r"assets/(?:www|public)/plugins/cordova-plugin-advanced-http/.*"),
        b"Lcom/silkimen/",
    ),
    Stack("react-native-ssl-pinning", _OWN_ANCHORS, re.compile(r"(?!)"), b"Lcom/toyberman/"),
    Stack("Capgo's SSL pinning", _OWN_ANCHORS, re.compile(r"assets/public/certs/[^/]+\.(?:cer|crt|der|pem)", re.I)),
)
IOS = (Stack("Flutter's HTTP client", _OWN_TLS, re.compile(r"Frameworks/App\.framework/App")),)


def note_bypassing(
    gathering: Gathering, stacks: tuple[Stack, ...], root: str, marked: Mapping[bytes, str] | None = None
) -> None:
    """Where the configuration pins something; `marked`: which of the marks the code holds, and in which member."""
    if not any(_pins(gathering)):
        return
    for stack in stacks:
        member = (marked or {}).get(stack.mark) or _member(gathering, stack, root)
        if member:
            message = f"{shown(member)}: {stack.name} {stack.why} and never looks at the pins of the configuration."
            remedy = "Pin in it too, or make it use the platform's TLS, or its connections go unpinned."
            gathering.note("pins_bypassed", f"{message} {remedy}", member)


def _pins(gathering: Gathering) -> Iterator[bool]:
    for found in gathering.found:
        if found.pin_set.format in _CONFIGURED:
            yield any(rule.pins for rule in found.pin_set.rules)


def _member(gathering: Gathering, stack: Stack, root: str) -> str:
    names = (name for name in gathering.archive.members if name.startswith(root))
    return next((name for name in names if stack.pattern.fullmatch(name, len(root))), "")
