"""Which pins Kotlin and Java source adds, and what is reported because only running it would tell."""

import pytest

from pins.errors import PinError
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.formats.samples import G, H, found, texts

A, B = "sha256/" + H, "sha256/" + G


def kotlin(calls: str, *, before: str = "", after: str = "") -> PinSet:
    return read(f"{before}\nval pinner = CertificatePinner.Builder(){calls}.build()\n{after}".encode())


def java(calls: str, *, fields: str = "", before: str = "") -> PinSet:
    source = f"""class Net {{
  {fields}
  CertificatePinner pinner(boolean debug, String given) {{
    {before}
    return new CertificatePinner.Builder(){calls}.build();
  }}
}}"""
    return read(source.encode())


@pytest.mark.parametrize(
    ("before", "call", "expected"),
    [
        ("", f'.add("a.com", "{A}", "{B}",)', [("a.com", [A, B])]),
        ("", f'.add(pattern = "a.com", "{A}")\n  .add("*.b.com", "{B}")', [("a.com", [A]), ("*.b.com", [B])]),
        ("", f'.add("a" + ".com", "sha256/" + ("{H}"))', [("a.com", [A])]),
        (f'const val HOST = "a.com"\nprivate val PIN: String = "{A}"', ".add(HOST, PIN)", [("a.com", [A])]),
        (f'const val H = "{H}"', '.add("www.${"a.com"}", "sha256/$H", "sha256/${H}")', [("www.a.com", [A, A])]),
        (f'val PINS = arrayOf("{A}", "{B}")', '.add("a.com", *PINS)', [("a.com", [A, B])]),
        (f'val PINS = listOf("{A}")', f'.add("a.com", "{B}", *PINS.toTypedArray())', [("a.com", [B, A])]),
        (f'object Pins {{ const val LEAF = "{A}" }}', '.add("a.com", Pins.LEAF)', [("a.com", [A])]),
        (
            f'class Keys {{ companion object {{ const val LEAF = "{A}" }} }}',
            '.add("a.com", Keys.LEAF, Keys.Companion.LEAF)',
            [("a.com", [A, A])],
        ),
        ("", f'.add("""a.com""", "sha\\u0032\\u0035\\u0036/{H}")', [("a.com", [A])]),
        ("", f'.apply {{ add("a.com", "{A}"); this.add("b.com", "{B}") }}', [("a.com", [A]), ("b.com", [B])]),
        (
            "",
            f'.also {{ it.add("a.com", "{A}") }}.also {{ b -> b.add("b.com", "{B}") }}',
            [("a.com", [A]), ("b.com", [B])],
        ),
        ("", f'/* .add("x", "{B}") /* */ */.add("a.com", // "{B}"\n "{A}")', [("a.com", [A])]),
    ],
)
def test_kotlin_is_read_as_it_would_run(before: str, call: str, expected: list[tuple[str, list[str]]]) -> None:
    pin_set = kotlin(call, before=before)

    assert texts(pin_set) == expected
    assert (pin_set.problems, pin_set.is_complete) == ((), True)


@pytest.mark.parametrize(
    ("fields", "before", "call", "expected"),
    [
        ("", "", f'\n.add("a.com",\n"{A}",\n"{B}")', [("a.com", [A, B])]),
        (f'private static final String PIN = "sha256/"\n + "{H}";', "", '.add("a.com", PIN)', [("a.com", [A])]),
        ("", 'String host = "a.com";', f'.add(host, "{A}")', [("a.com", [A])]),
        (f'static final String[] PINS = {{"{A}", "{B}"}};', "", '.add("a.com", PINS)', [("a.com", [A, B])]),
        (f'final String[] PINS = new String[] {{"{A}"}};', "", '.add("a.com", PINS)', [("a.com", [A])]),
        (f'interface K {{ String PIN = "{A}"; }}', "", '.add("$a.com", K.PIN)', [("$a.com", [A])]),
        ("/* /* */", "", f'.add("a.com", "{A}")', [("a.com", [A])]),
    ],
)
def test_java_is_read_as_it_would_run(
    fields: str, before: str, call: str, expected: list[tuple[str, list[str]]]
) -> None:
    pin_set = java(call, fields=fields, before=before)

    assert texts(pin_set) == expected
    assert (pin_set.problems, pin_set.is_complete) == ((), True)


@pytest.mark.parametrize(
    ("before", "argument", "why"),
    [
        ("", "loadPin()", "it is the result of loadPin(…)"),
        ("", "PIN", "“PIN” is not defined in this file"),
        ("", "BuildConfig.PIN", "“BuildConfig.PIN” is not defined in this file"),
        (f'var PIN = "{A}"', "PIN", "“PIN” can change while the app runs"),
        (f'val PIN = if (x) "{A}" else "{B}"', "PIN", "a condition decides it when the app runs"),
        (f'val PIN = "{A}".trim()', "PIN", "it is the result of trim(…)"),
        (f'val PIN by lazy {{ "{A}" }}', "PIN", "“PIN” is known only when the app runs"),
        (f'val PIN = "{A}"\nval PIN = "{B}"', "PIN", "“PIN” is defined more than once"),
        ("val PIN = PIN", "PIN", "“PIN” refers to itself"),
        ("", '"sha256/${hash()}"', "it is the result of hash(…)"),
        ("", '"sha256/$hash"', "“hash” is not defined in this file"),
        (f'class K {{ val PIN = "{A}" }}', "PIN", "“PIN” is not defined in this file"),
    ],
)
def test_what_only_running_tells_is_reported_and_not_guessed(before: str, argument: str, why: str) -> None:
    pin_set = kotlin(f'.add("a.com", {argument})', before=before)

    assert [(one.text, one.digest, one.problem) for one in pin_set.rules[0].pins or ()] == [
        (argument, None, "unresolved_code")
    ]
    assert [(one.code, one.message) for one in pin_set.problems] == [
        ("unresolved_code", f"The pin is not known, because {why}. Write it as a literal or as a constant.")
    ]


def test_a_parameter_hides_a_constant_of_the_same_name() -> None:
    pin_set = read(
        f"""const val host = "a.com"
fun one(host: String) = CertificatePinner.Builder().add(host, "{A}").build()
fun two() = CertificatePinner.Builder().add(host, "{A}").build()""".encode()
    )

    assert texts(pin_set) == [("a.com", [A])]
    assert (found(pin_set.problems), pin_set.is_complete) == ([("unresolved_code", False, 2)], False)


@pytest.mark.parametrize(
    "source",
    [
        'val p = if (D) CertificatePinner.DEFAULTS else CertificatePinner.Builder().add("a.com", "%s").build()',
        'val p = CertificatePinner.Builder().apply { if (BuildConfig.DEBUG) { add("a.com", "%s") } }.build()',
        'val p = CertificatePinner.Builder().apply { if (x)\n add("a.com", "%s") }.build()',
        'val p = when (env) { PROD -> CertificatePinner.Builder().add("a.com", "%s").build() }',
        'fun f() { val b = CertificatePinner.Builder()\n if (x) b.add("a.com", "%s")\n b.build() }',
        'fun f() { val b = CertificatePinner.Builder()\n for (i in l) { b.add("a.com", "%s") }\n b.build() }',
        'val p = flag?.let { CertificatePinner.Builder().add("a.com", "%s").build() }',
        'class J { Object o = debug ? null : new CertificatePinner.Builder().add("a.com", "%s").build(); }',
        'class J { void f() { if (a) {} else { x(new CertificatePinner.Builder().add("a.com", "%s").build()); } } }',
    ],
)
def test_pins_under_a_condition_are_marked(source: str) -> None:
    pin_set = read((source % A).encode())

    assert [(one.pattern, one.is_conditional) for one in pin_set.rules] == [("a.com", True)]
    assert [one.code for one in pin_set.problems] == ["conditional_code"]


@pytest.mark.parametrize(
    "source",
    [
        'val p: CertificatePinner? = CertificatePinner.Builder().add("a.com", "%s").build()',
        'val a = if (x) 1 else 2\nval p = CertificatePinner.Builder().add("a.com", "%s").build()',
        'val p by lazy { CertificatePinner.Builder().add("a.com", "%s").build() }',
        'fun f() { val b = CertificatePinner.Builder()\n b.add("a.com", "%s")\n val p = b.build() }',
        'fun f() { with(CertificatePinner.Builder()) { add("a.com", "%s")\n build() } }',
        'val c = Client().apply { certificatePinner(CertificatePinner.Builder().add("a.com", "%s").build()) }',
        'import okhttp3.CertificatePinner as Pinner\nval p = Pinner.Builder().add("a.com", "%s").build()',
        'import okhttp3.CertificatePinner.Builder\nval p = Builder().add("a.com", "%s").build()',
        (
            "class J { Map<String, ?> m; void f() { CertificatePinner.Builder b = new CertificatePinner.Builder();"
            ' b.add("a.com", "%s"); use(b.build()); } }'
        ),
    ],
)
def test_every_shape_of_an_unconditional_builder_is_followed(source: str) -> None:
    pin_set = read((source % A).encode())

    assert [(one.pattern, one.is_conditional) for one in pin_set.rules] == [("a.com", False)]
    assert (pin_set.problems, pin_set.is_complete) == ((), True)


def test_each_builder_is_a_group_of_its_own() -> None:
    source = f"""val a = CertificatePinner.Builder().add("a.com", "{A}").add("b.com", "{A}").build()
val b = CertificatePinner.Builder().add("a.com", "{B}").build()"""

    assert [(one.pattern, one.group) for one in read(source.encode()).rules] == [
        ("a.com", 0),
        ("b.com", 0),
        ("a.com", 1),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("val p = CertificatePinner(setOf(pin))", [("unsupported_code", False, 1)]),
        ("fun b() = CertificatePinner.Builder()", [("unsupported_code", False, 1)]),
        ("val b = CertificatePinner.Builder()\nfill(b)", [("unsupported_code", False, 2)]),
        ("x = CertificatePinner.Builder().addAll(y).build()", [("unsupported_code", False, 1)]),
        ("\nx = CertificatePinner.Builder().add(hosts[0], y).build()", [("unresolved_code", False, 2)]),
    ],
)
def test_a_builder_that_is_not_followed_leaves_the_pin_set_incomplete(
    source: str, expected: list[tuple[str, bool, int]]
) -> None:
    pin_set = read(source.encode())

    assert (texts(pin_set), found(pin_set.problems), pin_set.is_complete) == ([], expected, False)


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("sha512/" + H, [("wrong_prefix", True, 2)]),  # vector 35
        ("sha256/a", [("not_base64", True, 2)]),
        ("sha256/" + H[:-1] + "*", [("not_base64", True, 2)]),
        (H, [("wrong_prefix", True, 2)]),
        ("sha1/qvTGHdzF6KLavt4PO0gs2a6pQ00=", []),
        ("sha256/", []),  # §15.2: accepted and dead
        ("sha256//" + H, []),
        ("sha256/" + H[:-1], []),
    ],
)
def test_a_pin_is_refused_where_every_version_of_okhttp_throws(pin: str, expected: list[tuple[str, bool, int]]) -> None:
    assert found(kotlin(f'.add("a.com", "{pin}")').problems) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", [("empty_pattern", True, 2)]),
        ("example.*", [("misplaced_star", False, 2)]),
        ("https://a.com", [("not_a_host", False, 2)]),
        ("a.com.", [("trailing_dot", False, 2)]),
        ("**.a.com", []),
    ],
)
def test_patterns_that_versions_take_differently_are_noted(pattern: str, expected: list[tuple[str, bool, int]]) -> None:
    assert found(kotlin(f'.add("{pattern}", "{A}")').problems) == expected


def test_source_without_a_pin_says_so() -> None:
    assert found(read(b"import okhttp3.CertificatePinner").problems) == [("no_pins_in_source", False, 1)]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("// CertificatePinner", "wrong_format", None),
        ('val s = "CertificatePinner', "malformed_source", 1),
        ("CertificatePinner\n/* never closed", "malformed_source", 2),
        ('CertificatePinner "${', "malformed_source", 1),
        ("CertificatePinner" + "(" * 300, "too_large", None),
    ],
)
def test_source_that_cannot_be_read_is_sent_back(source: str, code: str, line: int | None) -> None:
    with pytest.raises(PinError) as caught:
        read(source.encode())

    assert (caught.value.code, caught.value.place.line) == (code, line)
