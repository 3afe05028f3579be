"""The process that reads one built app: the app is its standard input, what was found its standard output."""

import json
import resource
import sys
from base64 import b64encode
from typing import Any

from pins import formats
from pins.artefacts import Artefact, Confidence, Found, read_artefact
from pins.device import Device
from pins.errors import PinError

# An app of 200 MB takes under 3 s and 150 MB (bench/uploads.py); beyond these it is none.
CPU_SECONDS = 12
DATA_BYTES = 384 * 1024 * 1024

_IN_DOUBT = "Pins may stand in it, so what this app does is not known. Give its pin files by themselves."
_POSSIBLE = "looks like pins, and nothing in the app says that they are enforced. Give the source that uses them."
_UNUSED = "counts on no version of the system that is in use, so it is left out."
_IDLE = "pins nothing, and another file of the app does, so it is left out."
_SPLIT = "has a comment inside a value, and Android refuses the whole file for it: the app cannot connect at all."


def main() -> None:
    limit()
    name = sys.argv[1]
    try:
        told = _told(_read(name), name)
    except PinError as error:
        told = {"refused": _sentence(error), "code": error.code}
    json.dump(told, sys.stdout)


def limit() -> None:
    """For the rest of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(name: str) -> Artefact:
    with open(0, "rb", buffering=0, closefd=False) as stream:
        return read_artefact(stream, name=name)


def _sentence(error: PinError) -> str:
    return f"{error.place}: {error.sentence}" if str(error.place) and not error.place.path else error.sentence


def _told(artefact: Artefact, name: str) -> dict[str, Any]:
    if unread := artefact.unread_file:
        raise PinError(f"{unread.message} {_IN_DOUBT}", code="unreadable_member")
    deciding = artefact.deciding(Device())
    left_out = {one.member: why for one in artefact.found if (why := _why_left_out(one, one in deciding, artefact))}
    kept = [one for one in deciding if one.member not in left_out]
    if not kept:
        raise PinError(_nothing(artefact, left_out, name), code="no_pin_file")
    return {
        "kind": artefact.kind.value,
        "platform": artefact.platform,
        "application_id": artefact.application_id,
        "version": artefact.version_name,
        "build": artefact.build,
        "files": [_file(one, artefact.platform) for one in kept],
        "left_out": [(member, f"{member} {why}") for member, why in left_out.items()],
        "problems": [(one.place.path or "", one.message, one.code) for one in artefact.problems],
    }


def _why_left_out(found: Found, is_deciding: bool, artefact: Artefact) -> str:
    if not is_deciding:
        return _IDLE if found.is_idle and found.counts_on(Device()) else _UNUSED
    if found.confidence is Confidence.POSSIBLE or not (_certificates(found) or found.pin_set.source):
        return _POSSIBLE
    # Only the compiled form shows what became of the comment; the file that is kept would be read again without it.
    if any(problem.code == "split_text" and problem.is_refused for problem in found.pin_set.problems):
        return _SPLIT
    return "pins nothing" if found.is_idle and artefact.unread_code else ""


def _nothing(artefact: Artefact, left_out: dict[str, str], name: str) -> str:
    told = " ".join(f"{member} {why.rstrip('.')}." for member, why in left_out.items())
    code = artefact.unread_code.message if artefact.unread_code else ""
    return " ".join(filter(None, (f"{name or 'The app'} holds no pin file that its devices go by.", told, code)))


def _file(found: Found, platform: str) -> dict[str, Any]:
    clients = (one for one in formats.clients_in(found.pin_set) if one.platform in ("", platform))
    return {
        "member": found.member,
        "format": found.pin_set.format,
        "source": b64encode(found.pin_set.source or _certificates(found)).decode(),
        "clients": [one.value for one in clients],
    }


def _certificates(found: Found) -> bytes:
    """Those of a folder, one behind the other: in DER they stand for as many files (`pins.reading.certificates`)."""
    pins = [pin for rule in found.pin_set.rules for pin in rule.pins or ()]
    ders = [pin.certificate.der for pin in pins if pin.certificate and pin.problem is None]
    return b"".join(dict.fromkeys(ders)) if len(ders) == len(pins) else b""


if __name__ == "__main__":
    main()
