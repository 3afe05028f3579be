"""An RSA-8192 key in milliseconds: from two published primes, since two of that size take half a minute to find."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

_SHARED = 2**4096 - 2**4032 - 1
_EXPONENT = 65537


@cache
def rsa_8192() -> rsa.RSAPrivateKey:
    p = _SHARED + ((_pi(3966) + 240_904) << 64)  # RFC 3526 §5
    q = _SHARED + ((_e(3966) + 5_736_041) << 64)  # RFC 7919 appendix A.3
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _pi(bits: int) -> int:
    """The whole part of pi * 2**bits, by Machin's formula."""
    return (4 * (4 * _arctan_of_inverse(5, bits + 64) - _arctan_of_inverse(239, bits + 64))) >> 64


def _arctan_of_inverse(number: int, bits: int) -> int:
    term = total = (1 << bits) // number
    divisor, sign = 3, -1
    while term:
        term //= number * number
        total += sign * (term // divisor)
        divisor, sign = divisor + 2, -sign
    return total


def _e(bits: int) -> int:
    term = total = 1 << (bits + 64)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> 64
