"""Why a chain could not be read, as a code and a sentence that says what and what to do."""

import errno
import socket
from datetime import timedelta

from OpenSSL import SSL

from certdash.probes.reading import ReadFailure

PHASES = {
    "resolve": "No answer from name resolution within {seconds} seconds. Check the name servers of the host.",
    "connect": "No answer to the connection within {seconds} seconds. Check the address, the port and the firewalls.",
    "handshake": "The connection opened, then the TLS handshake did not finish within {seconds} seconds. "
    "Check whether the server answers TLS on this port and is not overloaded.",
}
_SYSTEM = {
    errno.ECONNREFUSED: (
        "connection_refused",
        "Nothing listens on this port. Check the port and that the server runs.",
    ),
    **dict.fromkeys(
        (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EAFNOSUPPORT, socket.EAI_NONAME),
        ("unreachable", "There is no route to this address. Check the network between here and there."),
    ),
    errno.ETIMEDOUT: ("timed_out", "The network gave up on the connection. Check the address and the firewalls."),
}
RESET = ReadFailure(
    "connection_reset", "The server broke the connection off during the TLS handshake. Check its log.", is_passing=True
)
CLOSED = ReadFailure(
    "connection_closed", "The server closed the connection during the TLS handshake. Check its log.", is_passing=True
)
NO_CERTIFICATE = ReadFailure(
    "no_certificate", "The handshake succeeded without a certificate, so there is none to judge."
)
NOT_TLS = ReadFailure("not_tls", "The server answers something other than TLS on this port. Check the port.")
# Words of OpenSSL's reasons, first match wins. A first answer that is no TLS record fails in several guises.
_REASONS = (
    (("excessive message size", "record too big"), ReadFailure(
        "message_too_large",
        "The server's certificate message is larger than 100 kB, which phones refuse too. Serve fewer certificates.",
    )),
    (("unsupported protocol", "protocol version"), ReadFailure(
        "protocol_too_old", "The server speaks neither TLS 1.2 nor TLS 1.3. Enable one of them."
    )),
    (("wrong version number", "http request", "unknown protocol", "invalid record type", "packet length too long",
      "bad record type", "record layer failure"), NOT_TLS),
    (("bad signature", "signature"), ReadFailure(
        "bad_signature", "The server does not prove that it holds the key of its certificate. Install the matching key."
    )),
)  # fmt: skip


def timed_out(phase: str, deadline: timedelta) -> ReadFailure:
    return ReadFailure("timed_out", PHASES[phase].format(seconds=f"{deadline.total_seconds():g}"), is_passing=True)


def refused_address(address: str, kind: str) -> ReadFailure:
    return ReadFailure(
        "refused_address",
        f"{address} lies in {kind} address space, which is not probed. Correct the name, or allow the network in "
        "PROBE_ALLOWED_NETWORKS.",
    )


def unresolved(host: str) -> ReadFailure:
    return ReadFailure("resolution_failed", f"{host} has no address. Check the name and its DNS records.")


def invalid_host(host: str) -> ReadFailure:
    return ReadFailure("invalid_host", f"{host!r} is not a host name. Correct it.")


def invalid_override(text: str) -> ReadFailure:
    return ReadFailure(
        "invalid_override",
        f"{text!r} is not an address to connect to. Write 192.0.2.1, 192.0.2.1:8443 or [2001:db8::1]:443.",
    )


def of_system(code: int) -> ReadFailure:
    if code in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return RESET
    name, sentence = _SYSTEM.get(
        code, ("connection_failed", f"The connection failed: {errno.errorcode.get(code, code)}.")
    )
    return ReadFailure(name, sentence, is_passing=code not in _SYSTEM or name == "timed_out")


def of_tls(error: SSL.Error) -> ReadFailure:
    if isinstance(error, SSL.SysCallError):
        return CLOSED if error.args[0] <= 0 else of_system(error.args[0])
    reason = reason_of(error)
    if is_alert(reason) and "protocol version" not in reason:
        return ReadFailure(
            "tls_alert", f"The server refuses the handshake with the alert “{_alert_name(reason)}”. Check its log."
        )
    for words, failure in _REASONS:
        if any(word in reason for word in words):
            return failure
    return ReadFailure(
        "handshake_failed", f"The TLS handshake failed: {reason or 'no reason given'}. Check the server's log."
    )


def reason_of(error: SSL.Error) -> str:
    """The innermost of OpenSSL's reasons."""
    errors = error.args[0] if error.args else []
    return str(errors[0][2]) if errors else ""


def is_alert(reason: str) -> bool:
    return " alert" in reason


def _alert_name(reason: str) -> str:
    return reason.partition(" alert ")[2] or reason
