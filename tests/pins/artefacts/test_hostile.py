"""Whatever the bytes of an app, reading it ends in a value or in a PinError, and soon."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pins.artefacts import Artefact, read_artefact
from pins.artefacts.binary_xml import read_binary_xml
from pins.artefacts.plist import read_plist
from pins.artefacts.proto_table import ProtoTable
from pins.artefacts.proto_xml import read_proto_xml
from pins.artefacts.resource_table import ResourceTable
from pins.artefacts.tree import Reference
from pins.errors import PinError
from tests.pins.artefacts import proto
from tests.pins.artefacts.apps import ABOUT, PATH, TABLE, aab, apk, archive, ipa, manifest, pinning
from tests.pins.artefacts.building import Entry, Ref, arsc, axml, dex
from tests.pins.formats.samples import A, G, H

pytestmark = pytest.mark.slow
calm = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = f'{{"hosts": [{{"host": "a.com", "hashes": ["{A}", "{A}"]}}]}}'.encode()
ENTRIES = (*TABLE, Entry("xml", "network_security_config_debug", PATH), Entry("raw", "ca", "res/ca"))
DEBUG = manifest(is_debuggable=True, version=Ref(0x7F010000))
MEMBERS = {PATH: axml(pinning(H, G)), "classes.dex": dex(A), "assets/www/pinning/a.json": JSON}
APK = apk(MEMBERS, about=DEBUG, table=arsc(*ENTRIES))
AAB = aab({"base/" + PATH: proto.xml(pinning(H, G))}, about=DEBUG, table=proto.table(*ENTRIES))
IPA = ipa({"www/pinning/a.json": JSON}, about={**ABOUT, "TSKConfiguration": {}})
STORED = archive({"AndroidManifest.xml": axml(DEBUG), "resources.arsc": arsc(*ENTRIES), **MEMBERS}, 0)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A few bytes or numbers changed, a piece cut out or doubled."""
    source = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(source) - 1)))
        kind = draw(st.sampled_from(["byte", "number", "cut", "double", "end"]))
        if kind == "byte":
            source[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        elif kind == "number":
            source[at : at + 4] = draw(st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\0\0\0", b"\0\0\0\x80"]))
        elif kind == "cut":
            del source[at : at + draw(st.integers(1, 40))]
        elif kind == "double":
            source[at:at] = source[at : at + draw(st.integers(1, 40))]
        else:
            del source[at:]
    return bytes(source)


def read(source: bytes) -> Artefact | None:
    """None where there is a sentence; anything but PinError is a failure."""
    try:
        return read_artefact(io.BytesIO(source))
    except PinError:
        return None


@calm
@given(st.one_of(damaged(APK), damaged(AAB), damaged(IPA), damaged(STORED)))
def test_damage_anywhere_gives_an_app_or_a_sentence(source: bytes) -> None:
    artefact = read(source)

    for problem in artefact.problems if artefact else ():
        assert problem.message.endswith(".")


@calm
@given(st.data())
def test_damage_inside_of_members_gives_an_app_or_a_sentence(data: st.DataObject) -> None:
    """The archive itself is whole, so that the readers of the members get to see it."""
    members = {"AndroidManifest.xml": axml(DEBUG), "resources.arsc": arsc(*ENTRIES), **MEMBERS}
    bundle = {"base/manifest/AndroidManifest.xml": proto.xml(DEBUG), "base/resources.pb": proto.table(*ENTRIES)}
    chosen = data.draw(st.sampled_from([members, {**bundle, "base/" + PATH: proto.xml(pinning(H))}]))
    name = data.draw(st.sampled_from(sorted(chosen)))

    artefact = read(archive({**chosen, name: data.draw(damaged(chosen[name]))}))

    for problem in artefact.problems if artefact else ():
        assert problem.message.endswith(".")


@calm
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda one: b"PK\x05\x06" + one)))
def test_any_bytes_give_an_app_or_a_sentence(source: bytes) -> None:
    read(source)


@calm
@given(st.one_of(st.binary(max_size=300), damaged(axml(DEBUG)), damaged(proto.xml(DEBUG)), damaged(arsc(*ENTRIES))))
def test_any_bytes_give_every_reader_a_value_or_a_sentence(source: bytes) -> None:
    view = memoryview(source)
    reference = Reference(0x7F010000)
    readers = (
        lambda: read_binary_xml(view),
        lambda: read_proto_xml(view),
        lambda: ResourceTable(view).values(reference),
        lambda: ResourceTable(view).sibling(reference, "_debug"),
        lambda: ProtoTable(view).values(reference),
        lambda: ProtoTable(view).sibling(Reference(0, "xml/a"), "_debug"),
        lambda: read_plist(source),
        lambda: read_plist(b"bplist00" + source),
    )
    for reader in readers:
        try:
            reader()
        except PinError:
            continue
