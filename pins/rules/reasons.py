"""Why, in one sentence for people: what is the case and what follows for the app."""

from pins.certificate import Certificate, ChainCertificate
from pins.decision import Match, Reason
from pins.pinset import Expiration, Pin, Problem
from pins.rules.answer import Path

_LONGEST_TEXT = 100
_OPEN = "whether the app connects is open"


def matched(match: Match, path: Path, host: str) -> Reason:
    where = _label(path.index(match.certificate), match.certificate, path)
    return Reason("pin_matches", f"{_told(match.pin)} matches {where}, so the app connects to {_host(host)}.")


def mismatched(count: int, path: Path, host: str) -> Reason:
    pins = "The only pin" if count == 1 else f"None of the {count} pins"
    verb = "matches no" if count == 1 else "matches a"
    return Reason(
        "no_pin_matches",
        f"{pins} for {_host(host)} {verb} certificate of the path {named_path(path)}, so the app cannot connect.",
    )


def no_rule(host: str) -> Reason:
    return Reason(
        "no_rule_for_host",
        f"No rule of the pin set speaks for {_host(host)}, so ordinary certificate validation alone decides.",
    )


def anchored(certificate: ChainCertificate, host: str) -> Reason:
    return Reason(
        "path_to_pinned_certificate",
        f"What {_host(host)} serves leads to the bundled certificate {_name(certificate)}, so the app connects.",
    )


def not_anchored(count: int, host: str) -> Reason:
    which = "the only bundled certificate" if count == 1 else f"any of the {count} bundled certificates"
    what = f"No path leads from what {_host(host)} serves to {which}, and the app trusts no other"
    return so("no_path_to_pinned_certificate", what, "it cannot connect")


def pinned_path_invalid(problem: Reason, host: str) -> Reason:
    return Reason(
        "pinned_path_invalid",
        f"The path from {_host(host)} to the bundled certificate is not valid, so the app cannot connect. "
        f"{problem.text}",
    )


def none_bundled(host: str) -> Reason:
    what = f"The app bundles no certificate that this client reads for {_host(host)}"
    return so("no_certificates_bundled", what, "no connection comes about")


def renewed_subject_unknown(host: str) -> Reason:
    what = f"The next certificate of {_host(host)} has the key of a bundled one, and only if its subject stays too"
    return Reason(
        "renewed_subject_unknown",
        f"{what} does Android take it for that one and connect. Register the next certificate to settle it.",
    )


def expired(expiration: Expiration, host: str) -> Reason:
    return Reason(
        "pins_expired",
        f"The pins for {_host(host)} expired on {expiration.text}, so the app connects without checking them.",
    )


def expiry_depends(expiration: Expiration, host: str) -> Reason:
    return Reason(
        "expiry_depends_on_time_zone",
        f"No pin for {_host(host)} matches and the pins expire on {expiration.text} in each device's own time zone, "
        "so devices where that day has not begun cannot connect.",
    )


def unresolved(host: str) -> Reason:
    """For source code: the values that it spells out do not match."""
    what = f"No pin that the source spells out matches for {_host(host)} and others depend on running it"
    return so("unresolved_code", what, _OPEN)


def conditional(host: str) -> Reason:
    """For source code: a condition stands around the pins."""
    return so("conditional_code", f"Which pins {_host(host)} has is decided by a condition when the app runs", _OPEN)


def so(code: str, what: str, consequence: str) -> Reason:
    """One sentence from a statement, which may end in a full stop, and what follows from it."""
    return Reason(code, f"{what.rstrip('. ')}, so {consequence}.")


def refused(problems: tuple[Problem, ...]) -> Reason | None:
    """Why the format's own client refuses the file, in its reader's words; None when it does not."""
    return next((Reason(one.code, one.message) for one in problems if one.is_refused), None)


def label(match: Match, path: Path) -> str:
    """The matched certificate by its role in the path and its name."""
    return _label(path.index(match.certificate), match.certificate, path)


def shown(pin: Pin) -> str:
    """The text of a pin on one line, cut to what fits into a sentence."""
    text = " ".join(pin.text.split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def named_path(path: Path) -> str:
    """The names of its certificates, leaf first."""
    return " → ".join(_name(certificate) for certificate in path)


def _label(index: int, certificate: ChainCertificate, path: Path) -> str:
    role = "leaf" if index == 0 else "root" if index == len(path) - 1 else "intermediate"
    return f"the {role} {_name(certificate)}"


def _name(certificate: ChainCertificate) -> str:
    if isinstance(certificate, Certificate):
        return f"“{certificate.common_name or certificate.subject_text}”"
    return f"(the next {certificate.role})"


def _host(host: str) -> str:
    return host or "a connection without a host name"


def _told(pin: Pin) -> str:
    if pin.certificate is None:
        return f"The pin {shown(pin)}"
    return "The bundled certificate" if pin.kind.is_of_certificate else "The key of the bundled certificate"
