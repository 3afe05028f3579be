"""Source that does not always run to its end, or adds to another object: reported with its line, never guessed."""

import pytest

from pins.formats import read
from pins.pinset import PinSet
from tests.pins.formats.samples import G, H, texts

A, B = "sha256/" + H, "sha256/" + G
BUILDER = "CertificatePinner.Builder()"

Told = tuple[list[tuple[str, list[str], bool]], list[tuple[str, str]], bool]


def told(pin_set: PinSet) -> Told:
    """Every rule and whether it is conditional, every problem with its line, and whether that is all."""
    rules = [(rule.pattern, [pin.text for pin in rule.pins or ()], rule.is_conditional) for rule in pin_set.rules]
    return rules, [(one.code, f"line {one.place.line}") for one in pin_set.problems], pin_set.is_complete


CONDITIONAL = ([("a.com", [A], True)], [("conditional_code", "line 3")], True)


@pytest.mark.parametrize(
    "source",
    [
        f'fun f(): Any? {{ val b = {BUILDER}\nif (x) return b.build()\nb.add("a.com", "{A}")\nreturn b.build() }}',
        f'fun f(): Any? {{\nif (x) {{ return null }}\nreturn {BUILDER}.add("a.com", "{A}").build() }}',
        f'val p = {BUILDER}.apply {{\nif (x) return@apply\nadd("a.com", "{A}") }}.build()',
        f'class X {{ val b = {BUILDER}\nval p get() = b.build()\nfun later() {{ b.add("a.com", "{A}") }} }}',
        f'class X {{ val b = {BUILDER}\nval p get() = b.build()\nfun later() = b.add("a.com", "{A}") }}',
        f'fun f() {{ val b = {BUILDER}\nval early = b.build()\nb.add("a.com", "{A}") }}',
        (
            f"class X {{ Object f() {{ CertificatePinner.Builder b = new {BUILDER};\nif (x) return b.build();\n"
            f'b.add("a.com", "{A}"); return b.build(); }} }}'
        ),
        (
            f"class X {{ void f() {{ CertificatePinner.Builder b = new {BUILDER};\nrun(() -> {{\n"
            f'b.add("a.com", "{A}"); }}); }} }}'
        ),
    ],
)
def test_pins_that_may_not_be_reached_are_conditional(source: str) -> None:
    assert told(read(source.encode())) == CONDITIONAL


@pytest.mark.parametrize(
    "source",
    [
        f'fun f() {{ hosts.forEach {{ if (it == x) return@forEach }}\nval p = {BUILDER}.add("a.com", "{A}").build() }}',
        f'fun g(): Int {{ return 1 }}\nval p = {BUILDER}.add("a.com", "{A}").build()',
        f'class X {{ val b = {BUILDER}\ninit {{ b.add("a.com", "{A}") }} }}',
        f'class X {{ CertificatePinner.Builder b = new {BUILDER}; X() {{ this.b.add("a.com", "{A}"); }} }}',
        (
            f"class X {{ void f() {{ run(new Task() {{ public int call() {{ return 1; }} }});\n"
            f'p = new {BUILDER}.add("a.com", "{A}").build(); }} }}'
        ),
        f'typealias Pinner = okhttp3.CertificatePinner\nval p = Pinner.Builder().add("a.com", "{A}").build()',
        f'val p = {BUILDER}.apply {{ val hosts = mutableListOf<String>()\nrun {{ add("a.com", "{A}") }} }}.build()',
    ],
)
def test_pins_that_are_always_added_are_read(source: str) -> None:
    assert told(read(source.encode())) == ([("a.com", [A], False)], [], True)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (f'apply {{\nother.apply {{ add("a.com", "{A}") }} }}', "unsupported_code"),
        (f'apply {{\nform {{ add("a.com", "{A}") }} }}', "unsupported_code"),
        (f'also {{\nhosts.forEach {{ it.add("a.com", "{A}") }} }}', "unsupported_code"),
        ("build()\n.takeUnless { DEBUG }", "unsupported_code"),
    ],
)
def test_what_may_be_another_object_is_not_followed(block: str, code: str) -> None:
    assert told(read(f"val p = {BUILDER}.{block}".encode())) == ([], [(code, "line 2")], False)


def test_one_argument_in_a_block_of_its_own_adds_no_pin() -> None:
    source = f'val p = {BUILDER}.apply {{ val all = buildList {{ add("x") }}\nadd("a.com", "{A}") }}.build()'

    assert told(read(source.encode())) == ([("a.com", [A], False)], [], True)


@pytest.mark.parametrize(
    "source",
    [
        "class Net(private val pinner: CertificatePinner)",
        "Supplier<CertificatePinner.Builder> make = CertificatePinner.Builder::new;",
    ],
)
def test_a_file_without_a_builder_leaves_open_what_is_pinned(source: str) -> None:
    pin_set = read(source.encode())

    assert (pin_set.rules, pin_set.is_complete) == ((), False)


def test_a_builder_to_which_nothing_is_added_pins_nothing() -> None:
    assert told(read(f"val p = {BUILDER}.build()".encode())) == ([], [("no_pins_in_source", "line 1")], True)


def test_a_list_with_an_element_written_later_is_not_known() -> None:
    source = f'val PINS = arrayOf("{A}")\nfun f() {{ PINS[0] = "{B}" }}\nval p = {BUILDER}.add("a.com", *PINS).build()'

    assert told(read(source.encode())) == (
        [("a.com", ["PINS"], False)],
        [("unresolved_code", "line 3")],
        True,
    )


def test_escapes_that_end_a_comment_in_java_are_reported() -> None:
    source = f'class X {{ Object p = new {BUILDER} // \\u000a .add("b.com", "{B}")\n.add("a.com", "{A}").build(); }}'

    assert told(read(source.encode())) == ([("a.com", [A], False)], [("unsupported_code", "line 1")], False)


def test_text_of_a_list_stays_what_it_was() -> None:
    source = f'val PINS = arrayOf("{A}")\nval first = PINS[0]\nval p = {BUILDER}.add("a.com", *PINS).build()'

    assert texts(read(source.encode())) == [("a.com", [A])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        f"fun f() {{ val b = {BUILDER}\n" + "{ return " * 200 + "return\n" * 20_000 + "}" * 200 + "}",
        f"val p = {BUILDER}" + '.apply { add("a.com", "x") }' * 2_000,
        f"fun f() {{ val b = {BUILDER}\n" + "b\n" * 40_000 + "}",
        f'val PINS = arrayOf("x")\nval p = {BUILDER}' + '.add("a.com", *PINS)' * 5_000,
    ],
)
def test_crowded_sources_end_in_time(source: str) -> None:
    """Each took minutes where one part of a statement asked anew about everything before it."""
    assert read(source.encode()).source == source.encode()
