"""What a pipeline refuses whatever the verdict says: findings by their code, and what the platform owns."""

from typing import NamedTuple

from pins.certificate import Certificate
from pins.errors import PinError
from pins.identify import Owner, OwnerKind
from pins.names import normalise_host

OF_PLATFORM = "platform_key_pinned"


class Platform(NamedTuple):
    """Domains whose hosts serve what the platform owns, and certificates that it owns wherever they are served."""

    domains: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()

    def owner_at(self, host: str) -> Owner | None:
        """Of the leaf that a host serves."""
        name = normalise_host(host)
        domain = next((one for one in self.domains if name == one or name.endswith(f".{one}")), None)
        return Owner(OwnerKind.PLATFORM, f"*.{domain}") if domain else None

    def owners(self) -> dict[bytes, Owner]:
        """By the hash of the key, which outlives a certificate that is issued again with it."""
        return {
            one.spki_sha256: Owner(OwnerKind.PLATFORM, one.common_name or one.subject_text) for one in self.certificates
        }


class Policy(NamedTuple):
    refused_codes: frozenset[str] = frozenset()
    platform: Platform = Platform()


def known_code(code: str, platform: Platform) -> str:
    """PinError where no finding can ever have this code: a gate that cannot close is no gate."""
    from pins.findings import CATALOGUE  # loaded where somebody refuses something

    if code not in CATALOGUE:
        raise PinError(f"no finding has this code. {_meant(code, list(CATALOGUE))}", code="unknown_code")
    if code == OF_PLATFORM and platform == Platform():
        raise PinError(
            "nothing says what the platform owns. Add --platform-domain or --platform-certificate.",
            code="unknown_platform",
        )
    return code


def _meant(code: str, codes: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(code.replace("-", "_").lower(), codes, n=1, cutoff=0.5)
    if not near:
        return "docs/findings.md names every one."
    return f"Did you mean {near[0]}? docs/findings.md names every one."


def domain(text: str) -> str:
    """With or without the wildcard's star."""
    return normalise_host(text.removeprefix("*."))
