"""Trust stores as versioned values, with the look-ups that building a path needs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pins.certificate import Certificate, parse_certificates
from pins.distinguished import Name, read_name
from pins.errors import PinError


@dataclass(frozen=True, slots=True)
class TrustStore:
    """A named set of trust anchors. `is_public`: leaves under it obey the public lifetime limits."""

    name: str
    anchors: tuple[Certificate, ...]
    is_public: bool = True
    version: str = ""
    _by_subject: Mapping[object, tuple[Certificate, ...]] = field(init=False, repr=False, compare=False)
    _members: frozenset[Certificate] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grouped: defaultdict[object, list[Certificate]] = defaultdict(list)
        for anchor in self.anchors:
            grouped[read_name(anchor.subject).comparable].append(anchor)
        object.__setattr__(self, "_by_subject", {name: tuple(found) for name, found in grouped.items()})
        object.__setattr__(self, "_members", frozenset(self.anchors))

    def __contains__(self, certificate: object) -> bool:
        """This very certificate is an anchor."""
        return certificate in self._members

    def named(self, name: Name) -> tuple[Certificate, ...]:
        """Anchors with this subject, in the order of the store."""
        return self._by_subject.get(name.comparable, ())

    def twin_of(self, certificate: Certificate) -> Certificate | None:
        """The anchor with the same subject and key; it may be an older or newer certificate."""
        anchors = self.named(read_name(certificate.subject))
        return next((one for one in anchors if one.spki == certificate.spki), None)


def parse_store(name: str, source: bytes, *, is_public: bool = True, version: str = "") -> TrustStore:
    """A PEM bundle (or one DER certificate) as a store; certificates that stand in it twice count once."""
    try:
        anchors = tuple(dict.fromkeys(parse_certificates(source)))
    except PinError as error:
        raise PinError(f"Trust store {name}: {error.sentence}", error.place, code=error.code) from None
    return TrustStore(name, anchors, is_public=is_public, version=version)
