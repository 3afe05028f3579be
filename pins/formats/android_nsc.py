"""Android's network_security_config.xml, the file that the app ships, with or without TrustKit's part in it."""

from pins.decision import Client
from pins.errors import PinError
from pins.formats.android_config import PARTS, ROOT, read_config
from pins.formats.layout import Document
from pins.pinset import PinSet
from pins.reading import Text, read_text, read_xml

FORMAT = "android_nsc"
_WITHOUT_TRUSTKIT = frozenset({Client.ANDROID_NSC.value})


def looks_like(text: Text) -> bool:
    """Also of a part of the file: the reader says then what is missing around it."""
    return any(f"<{name}" in text.content for name in (ROOT, *PARTS))


def read(source: bytes) -> Document:
    text = read_text(source)
    root = read_xml(text)
    if root.name != ROOT:
        raise PinError(_wrong_root(root.name), text.place(root.whole.start), code="wrong_format")
    found = read_config(text, root)
    pin_set = PinSet(
        format=FORMAT,
        source=text.encode(text.content),
        rules=tuple(rule for rule, _ in found.rules),
        problems=found.problems,
        default_anchors=found.default_anchors,
        debug_anchors=found.debug_anchors,
        client_kinds=frozenset() if found.has_trustkit else _WITHOUT_TRUSTKIT,
    )
    return Document(text, pin_set, found.lists, tuple(index for _, index in found.rules))


def _wrong_root(name: str) -> str:
    if name in PARTS:
        return (
            f"This is only the <{name}> part of a Network Security Config. "
            f"Put it into <{ROOT}>…</{ROOT}>, as it stands in the app, and try again."
        )
    return f"The file begins with <{name}>, not with <{ROOT}>, so it is no Network Security Config."
