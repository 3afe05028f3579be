"""The corrected file in lists with a place of their own and in formats that hold whole certificates."""

import base64

from pins import formats
from pins.case import Case
from pins.corrected_file import BUNDLED, CorrectedFile, Uncorrected, corrected_file
from pins.correction import Addition, correct
from pins.decision import Client
from pins.pinset import Position
from pins.successors import Announced
from pins.verdict import Value, judge
from tests.pins.cases import HOST, STRANGER, case, chain, pin, store
from tests.pki import Authority, Issued, facts

ROOT = Authority.root("Root")
ISSUING, SIBLING = ROOT.authority("Issuing"), ROOT.authority("Sibling")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), SIBLING.leaf("*.cloud.example")
GONE = ISSUING.leaf("gone.example")
KNOWN = case(chain(LEAF, ISSUING), store(ROOT), known=[Announced(facts(NEXT, SIBLING))])
ASSUMED = case(chain(LEAF, ISSUING), store(ROOT))
CHECKER = (Client.HTTP_CERTIFICATE_PINNING,)
WULTRA = (Client.WULTRA_ANDROID, Client.WULTRA_IOS)


def corrected(source: str, clients: tuple[Client, ...], on: Case = KNOWN) -> str:
    found = corrected_file(formats.read(source.encode()), clients, (on,))
    assert isinstance(found, CorrectedFile), found
    assert [one.value for one in found.verdicts] == [Value.READY]
    return found.source.decode()


def plist(leaves: list[str] | None = None, authorities: list[str] | None = None) -> str:
    lists = {"NSPinnedLeafIdentities": leaves, "NSPinnedCAIdentities": authorities}
    body = "".join(
        f"<key>{key}</key><array>{''.join(map(identity, pins))}</array>" for key, pins in lists.items() if pins
    )
    return (
        f'<plist version="1.0"><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>{HOST}'
        f"</key><dict>{body}</dict></dict></dict></dict></plist>"
    )


def identity(text: str) -> str:
    return f"<dict><key>SPKI-SHA256-BASE64</key><string>{text}</string></dict>"


def hexadecimal(issued: Issued, digest: str = "sha256") -> str:
    found: bytes = getattr(issued.facts, digest)
    return found.hex(":").upper()


def dart(*fingerprints: str, algorithm: str = "SHA256") -> str:
    listed = ", ".join(f"'{one}'" for one in fingerprints)
    return (
        f"await HttpCertificatePinning.check(serverURL: 'https://{HOST}/', sha: SHA.{algorithm}, "
        f"allowedSHAFingerprints: [{listed}]);"
    )


def wultra(*issued: Issued) -> str:
    entries = ", ".join(
        f'{{"name": "*.cloud.example", "fingerprint": "{base64.b64encode(one.facts.sha256).decode()}", '
        '"expires": 1900000000}'
        for one in issued
    )
    return f'{{"fingerprints": [{entries}]}}'


def test_a_list_for_leaves_gets_leaves_and_one_for_authorities_their_root() -> None:
    both = plist([pin(LEAF)], [pin(ISSUING)])

    assert corrected(both, (Client.APPLE_ATS,)) == plist([pin(LEAF), pin(NEXT)], [pin(ISSUING), pin(ROOT)])
    assert corrected(plist(None, [pin(ISSUING)]), (Client.APPLE_ATS,), ASSUMED) == plist(
        None, [pin(ISSUING), pin(ROOT)]
    )


def test_additions_name_the_list_that_they_belong_to() -> None:
    pins = formats.read(plist([pin(LEAF)], [pin(ISSUING)]).encode())
    found = correct(pins, Client.APPLE_ATS, KNOWN, judge(pins, (Client.APPLE_ATS,), KNOWN))

    assert found.add == (
        Addition(NEXT.facts.spki_sha256, "*.cloud.example", position=Position.LEAF),
        Addition(ROOT.facts.spki_sha256, "Root", position=Position.CA),
    )


def test_pins_in_the_wrong_list_go() -> None:
    swapped = plist([pin(ISSUING)], [pin(LEAF)])

    assert corrected(swapped, (Client.APPLE_ATS,)) == plist([pin(LEAF), pin(NEXT)], [pin(ROOT)])


def test_a_list_for_leaves_is_helped_by_no_root_where_nothing_is_known() -> None:
    pins = formats.read(plist([pin(GONE)], None).encode())
    found = correct(pins, Client.APPLE_ATS, ASSUMED, judge(pins, (Client.APPLE_ATS,), ASSUMED))

    assert [one.spki_sha256 for one in found.add] == [LEAF.facts.spki_sha256]


def test_curl_gets_the_next_leaf_behind_its_semicolon() -> None:
    source = f"curl --pinnedpubkey 'sha256//{pin(LEAF)}' https://{HOST}"

    assert corrected(source, (Client.CURL,)) == source.replace("' https", f";sha256//{pin(NEXT)}' https")


def test_flutter_gets_the_fingerprint_as_the_file_writes_it() -> None:
    plain = LEAF.facts.sha256.hex()

    assert corrected(dart(hexadecimal(LEAF)), CHECKER) == dart(hexadecimal(LEAF), hexadecimal(NEXT))
    assert corrected(dart(plain), CHECKER) == dart(plain, NEXT.facts.sha256.hex())
    assert corrected(dart(hexadecimal(LEAF, "sha1"), algorithm="SHA1"), CHECKER) == dart(
        hexadecimal(LEAF, "sha1"), hexadecimal(NEXT, "sha1"), algorithm="SHA1"
    )


def test_flutter_is_never_given_an_authority() -> None:
    source = dart(hexadecimal(GONE))
    found = corrected_file(formats.read(source.encode()), CHECKER, (ASSUMED,))

    assert isinstance(found, CorrectedFile)
    assert found.source.decode() == dart(hexadecimal(LEAF))


def test_a_registered_fingerprint_is_enough_for_flutter() -> None:
    from pins.certificate import UnknownCertificate

    announced = Announced(leaf=UnknownCertificate("leaf", sha256=NEXT.facts.sha256))
    on = case(chain(LEAF, ISSUING), store(ROOT), known=[announced])
    pins = formats.read(dart(hexadecimal(LEAF)).encode())

    assert correct(pins, CHECKER[0], on, judge(pins, CHECKER, on)).add == (
        Addition(b"", "the next leaf", fingerprint=NEXT.facts.sha256),
    )


def test_in_wultras_list_the_next_certificate_takes_the_place_of_one_without_use() -> None:
    assert corrected(wultra(LEAF, GONE), WULTRA) == wultra(LEAF, NEXT)


def test_where_every_entry_of_wultras_list_is_in_use_an_entry_has_to_be_added() -> None:
    assert corrected_file(formats.read(wultra(LEAF).encode()), WULTRA, (KNOWN,)) == Uncorrected(
        "Every entry of the list is in use, so none can become that of *.cloud.example. Add an entry for it."
    )


def test_bundled_certificates_are_files_of_their_own() -> None:
    found = corrected_file(formats.read(LEAF.pem), (Client.ALAMOFIRE_CERTIFICATES,), (KNOWN,))

    assert found == Uncorrected(BUNDLED)


def test_a_list_of_hashes_is_continued_in_its_own_notation() -> None:
    listed = f"sha256//{pin(LEAF)}\nsha256//{STRANGER}\n"

    assert corrected(listed, (Client.OKHTTP,)) == f"{listed}sha256//{pin(NEXT)}\n"


def test_the_notation_of_a_pin_follows_its_neighbour() -> None:
    digest = bytes(range(32))
    plain = base64.b64encode(digest).decode()

    assert [
        formats.pin_text("flutter", digest, like=like) for like in ("", "ab:cd:ef", "AB CD EF", "abcdef", "ABCDEF")
    ] == [digest.hex(":").upper(), digest.hex(":"), digest.hex(" ").upper(), digest.hex(), digest.hex().upper()]
    assert [formats.pin_text("hash_list", digest, like=like) for like in ("", "sha256/x", "sha256//x")] == [
        plain,
        f"sha256/{plain}",
        f"sha256//{plain}",
    ]
    assert formats.pin_text("wultra_json", digest) == plain
