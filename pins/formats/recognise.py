"""What people give by mistake: a sentence for every kind of file that is no pin file, or none that is read yet."""

import re
from typing import NamedTuple

from pins import pem
from pins.errors import PinError

_PIN_FILES = (
    b"<network-security-config",
    b"CertificatePinner",
    b"kTSK",
    b"initSharedInstance",
    b'"hosts"',
    b'"platforms"',
    b'"fingerprints"',
    b'"publicKeyHashes"',
    b"pinnedpubkey",
    b"PINNEDPUBLICKEY",
    b"Public-Key-Pins",
    b"public-key-pins",
    b"allowedSHAFingerprints",
)
_LISTS_BY_HOST = re.compile(rb'\{\s*"[^"\\]*"\s*:\s*\[\s*["\]]')
_LIST_OF_TEXTS = re.compile(rb"\[\s*[\"']")
_ARCHIVES = ("apk", "aab", "ipa", "xapk", "apks")


class _Look(NamedTuple):
    pattern: re.Pattern[bytes]
    sentence: str
    code: str


def _look(pattern: bytes, sentence: str, code: str = "wrong_format") -> _Look:
    return _Look(re.compile(pattern, re.DOTALL), sentence, code)


_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_PROPERTY_LIST = re.compile(rb"NSAppTransportSecurity|NSPinnedDomains|TSKConfiguration|TSKPinnedDomains")
_OTHER_PLIST = (
    "This is a property list as JSON or in the old style of OpenStep, which Apple's systems do not read as an "
    "Info.plist either. Convert it and give the result: plutil -convert xml1 Info.plist."
)
_BUILT = "Run `certdash check` on the .apk, .aab or .ipa, or give the pin file from the source of the app."
_LOOKS = (
    _look(rb"\x03\0\x08\0", f"This is the compiled XML from inside an .apk. {_BUILT}", "unsupported_format"),
    _look(rb"dex\n|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\x7fELF", f"This is compiled code. {_BUILT}", "binary"),
    _look(rb"\x1f\x8b|BZh|\xfd7zXZ|Rar!|7z\xbc", "This is a packed archive. Unpack it and give the pin file."),
    _look(rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8", "This is a document or a picture. Give the pin file itself."),
)
_MARKUP = (
    _look(rb"(?i)<!doctype html|<html|.*?<html[\s>]", "This is a web page. Save the file itself and not its preview."),
    _look(
        rb".*?<manifest[\s/>]",
        "This is an AndroidManifest.xml. Give the file that its networkSecurityConfig names, in res/xml.",
    ),
)


def is_archive(beginning: bytes) -> bool:
    """Whether this is a ZIP file, as built apps are."""
    return beginning.startswith(_SIGNATURES)


def refuse_unrecognised(source: bytes, name: str) -> None:
    """Raises PinError for input that is recognisably something else. Text that may be a pin file passes."""
    pem.refuse_private_key(source)
    if is_archive(source[:4]):
        raise PinError(_archive(source, name), code="unsupported_format")
    if any(mark in source for mark in _PIN_FILES):
        return
    head = source[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    for look in (*_LOOKS, *(_MARKUP if head[:1] == b"<" else ())):
        if look.pattern.match(head):
            raise PinError(look.sentence, code=look.code)
    _refuse_other_json(source)


def _archive(source: bytes, name: str) -> str:
    ending = name.lower().rpartition(".")[2]
    if ending in _ARCHIVES:
        return f"This is a built app (.{ending}). {_BUILT}"
    if b"AndroidManifest.xml" in source:
        return f"This is a built Android app. {_BUILT}"
    if b"Payload/" in source[:4096]:
        return f"This is a built iOS app. {_BUILT}"
    return "This is a ZIP archive. Unpack it and give the pin file itself."


def _refuse_other_json(source: bytes) -> None:
    """JSON that is well-formed, and not the plugin's."""
    head = source[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] not in (b"{", b"[") or _LISTS_BY_HOST.match(head) or _LIST_OF_TEXTS.match(head):
        return
    instead = (
        'The OutSystems plugin\'s file reads {"hosts": [{"host": …, "hashes": […]}]}, '
        'Approov\'s {"api.example.com": ["…"]}.'
    )
    for key, what in ((b'"plugins"', "a Capacitor configuration"),):
        if key in source:
            raise PinError(f"This looks like {what}, which is not read yet. {instead}", code="unsupported_format")
    if _PROPERTY_LIST.search(source):
        raise PinError(_OTHER_PLIST, code="unsupported_format")
    raise PinError(f"This is JSON without hosts, so it is no pin file. {instead}", code="wrong_format")
