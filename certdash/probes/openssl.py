"""The TLS offer of each profile, and the two things for which pyOpenSSL has no public call."""

from functools import cache
from typing import Any

from OpenSSL import SSL

from certdash.probes.reading import Profile

_lib: Any = getattr(SSL, "_lib")  # noqa: B009  # private, and hidden from type checkers
_ffi: Any = getattr(SSL, "_ffi")  # noqa: B009

_PSS = "rsa_pss_{0}_sha256:rsa_pss_{0}_sha384:rsa_pss_{0}_sha512"
_RSA = f"{_PSS.format('rsae')}:{_PSS.format('pss')}"
_RSA_OLD = "RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1"
_ECDSA = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:ECDSA+SHA1"
SIGNATURES: dict[Profile, str] = {"ecdsa_first": f"{_ECDSA}:{_RSA}:{_RSA_OLD}", "rsa_only": f"{_RSA}:{_RSA_OLD}"}
# One key share (X25519) and everything else on request: a post-quantum share of its own costs a tenth of a handshake.
GROUPS = "X25519:P-256:P-384:P-521:X448:X25519MLKEM768"
_RSA_CIPHERS = "ECDHE-RSA-AES128-GCM-SHA256:aRSA+AESGCM:aRSA+CHACHA20:aRSA+AES"
# Weak keys must be seen to be reported; nothing is ever sent over these connections.
CIPHERS: dict[Profile, str] = {
    "ecdsa_first": f"ECDHE-ECDSA-AES128-GCM-SHA256:aECDSA+AESGCM:aECDSA:{_RSA_CIPHERS}:!eNULL:@SECLEVEL=0",
    "rsa_only": f"{_RSA_CIPHERS}:!eNULL:@SECLEVEL=0",
}


@cache
def context_of(profile: Profile) -> SSL.Context:
    """The one context of this process for a profile: building one costs as much as two dozen handshakes.

    Nothing is verified here: what a device makes of the chain is decided on values, later.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET | _lib.SSL_OP_LEGACY_SERVER_CONNECT)
    context.set_cipher_list(CIPHERS[profile].encode())
    context.set_tls13_ciphersuites(b"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256")
    _offer(context, SIGNATURES[profile], GROUPS)
    return context


def _offer(context: SSL.Context, signatures: str, groups: str) -> None:
    """A server that holds two chains chooses by the signature algorithms of the offer."""
    pointer: Any = context._context
    if _lib.SSL_CTX_set1_sigalgs_list(pointer, signatures.encode()) != 1:
        raise RuntimeError(f"OpenSSL does not know one of the signature algorithms {signatures}.")
    if _lib.SSL_CTX_set1_curves_list(pointer, groups.encode()) != 1:
        raise RuntimeError(f"OpenSSL does not know one of the groups {groups}.")


def served_der(connection: SSL.Connection) -> bytes:
    """The served certificates, one after the other; empty before the server has sent them.

    The public call builds an object for each certificate, which costs a tenth of a handshake.
    """
    stack = _lib.SSL_get_peer_cert_chain(connection._ssl)
    if stack == _ffi.NULL:
        return b""
    memory = _lib.BIO_new(_lib.BIO_s_mem())
    try:
        for position in range(_lib.sk_X509_num(stack)):
            _lib.i2d_X509_bio(memory, _lib.sk_X509_value(stack, position))
        start = _ffi.new("char **")
        length = _lib.BIO_get_mem_data(memory, start)
        return bytes(_ffi.buffer(start[0], length))
    finally:
        _lib.BIO_free(memory)
