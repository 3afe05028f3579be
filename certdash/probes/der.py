"""Concatenated DER values taken apart by their length fields, without a look inside."""


def split(source: bytes) -> tuple[bytes, ...]:
    """OpenSSL wrote these bytes, so every length field is present and definite (X.690 §8.1.3)."""
    parts, start = [], 0
    while start < len(source):
        end = _end(source, start)
        parts.append(source[start:end])
        start = end
    return tuple(parts)


def _end(source: bytes, start: int) -> int:
    first = source[start + 1]
    if first < 0x80:
        return start + 2 + first
    body = start + 2 + (first & 0x7F)
    return body + int.from_bytes(source[start + 2 : body])
