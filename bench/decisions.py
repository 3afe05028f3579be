"""What decisions cost: the full explanation one at a time, and the plain comparison of a whole fleet.

Prints one line per figure, `name value unit ratio-to what`, medians of interleaved rounds in one process.
"""

import base64
import random
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import process_time

from pins.certificate import Certificate
from pins.decide import decide
from pins.decision import Client
from pins.encounter import Encounter
from pins.errors import Place
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import Pin, PinKind, PinRule, PinSet
from pins.rules.match_index import match_index
from tests.pki import NOW, Authority

CHAINS, PIN_SETS, PINS, ROUNDS, CALLS = 200, 20_000, 4, 5, 20_000
HOST = "app.example.com"

Path = tuple[Certificate, ...]


def made_paths(chance: random.Random) -> list[Path]:
    """200 leaves under 10 intermediates under 2 roots; only the hashes differ, as only they are compared."""
    root = Authority.root("Root")
    issuing = root.authority("Issuing")
    leaf = issuing.leaf(HOST)

    def other(one: Certificate) -> Certificate:
        return replace(one, spki_sha256=chance.randbytes(32), spki_sha1=chance.randbytes(20))

    roots = [other(root.facts) for _ in range(2)]
    issuers = [other(issuing.facts) for _ in range(10)]
    return [(other(leaf.facts), issuers[number % 10], roots[number % 2]) for number in range(CHAINS)]


def made_lists(chance: random.Random, paths: list[Path]) -> list[list[bytes]]:
    """Half of the pin sets hold one key that is served somewhere; every other pin is a stranger."""
    keys = [certificate.spki_sha256 for path in paths for certificate in path]
    lists = [[chance.randbytes(32) for _ in range(PINS)] for _ in range(PIN_SETS)]
    for pins in lists[::2]:
        pins[chance.randrange(PINS)] = chance.choice(keys)
    return lists


def made_pin_sets(lists: list[list[bytes]], prefix: str) -> list[PinSet]:
    return [PinSet("", b"", (PinRule(HOST, Place(), _pins(digests, prefix)),)) for digests in lists]


def _pins(digests: list[bytes], prefix: str) -> tuple[Pin, ...]:
    texts = [prefix + base64.b64encode(digest).decode() for digest in digests]
    return tuple(Pin(text, PinKind.SPKI_SHA256, None, Place()) for text in texts)


def made_encounter(path: Path) -> Encounter:
    paths = dict.fromkeys(PathOrder, ValidatedPaths("system", (path,)))
    return Encounter(HOST, path, "system", paths, NOW)


def deciding(client: Client, pin_sets: list[PinSet], met: list[Encounter]) -> Callable[[], object]:
    pairs = [(pin_sets[at % len(pin_sets)], met[at % len(met)]) for at in range(CALLS)]

    def run() -> None:
        for pin_set, encounter in pairs:
            decide(client, pin_set, encounter)

    return run


def comparing(pin_sets: list[frozenset[bytes]], paths: list[Path]) -> Callable[[], object]:
    """The least that any decision must do: one set of pins against one path."""
    keys = [[certificate.spki_sha256 for certificate in path] for path in paths]
    pairs = [(pin_sets[at % len(pin_sets)], keys[at % len(keys)]) for at in range(CALLS)]
    return lambda: [pins.isdisjoint(path) for pins, path in pairs]


def crossing(lists: list[list[bytes]], paths: list[Path]) -> Callable[[], object]:
    def run() -> None:
        index = match_index(lists)
        for path in paths:
            index.failing(path)

    return run


def crossing_plainly(pin_sets: list[frozenset[bytes]], paths: list[Path]) -> Callable[[], object]:
    """One chain only; the caller multiplies."""
    keys = [certificate.spki_sha256 for certificate in paths[0]]
    return lambda: [at for at, pins in enumerate(pin_sets) if pins.isdisjoint(keys)]


def timed(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median CPU seconds of each work, all works in turn in every round."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = process_time()
            work()
            taken[name].append(process_time() - start)
    return {name: median(times) for name, times in taken.items()}


def main() -> None:
    chance = random.Random(1)
    paths = made_paths(chance)
    lists = made_lists(chance, paths)
    met = [made_encounter(path) for path in paths]
    digests = [frozenset(one) for one in lists]
    bare, prefixed = made_pin_sets(lists, ""), made_pin_sets(lists, "sha256/")
    works = {client.value: deciding(client, bare, met) for client in _BARE}
    works |= {client.value: deciding(client, prefixed, met) for client in _PREFIXED}
    for work in works.values():
        work()
    taken = timed(
        {
            **works,
            "comparing": comparing(digests, paths),
            "crossing": crossing(lists, paths),
            "crossing_plainly": crossing_plainly(digests, paths),
        }
    )
    for client in (*_BARE, *_PREFIXED):
        seconds = taken[client.value]
        ratio = seconds / taken["comparing"]
        print(f"decide_{client.value} {60 * CALLS / seconds:.0f} calls/minute {ratio:.1f} bare-set-comparison")
    ratio = taken["crossing"] / (taken["crossing_plainly"] * CHAINS)
    print(f"cross_{CHAINS}x{PIN_SETS}x{PINS} {1000 * taken['crossing']:.1f} ms {ratio:.4f} one-by-one-set-comparison")


# Every client that takes any certificate of the path and reads these pins, by what it writes before the base64.
_BARE = (
    Client.ANDROID_NSC,
    Client.APPLE_ATS,
    Client.TRUSTKIT_IOS,
    Client.TRUSTKIT_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
    Client.APPROOV,
)
_PREFIXED = (
    Client.OKHTTP,
    Client.OUTSYSTEMS_ANDROID,
    Client.OUTSYSTEMS_IOS,
    Client.REACT_NATIVE_SSL_PINNING_ANDROID,
    Client.KTOR_DARWIN,
)


if __name__ == "__main__":
    main()
