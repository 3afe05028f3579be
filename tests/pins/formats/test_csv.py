"""Tables of hosts and pins: delimiters, names of columns, rows that belong together and rows that cannot be read."""

from datetime import date

import pytest

from pins.errors import PinError, Place
from pins.formats import clients_in, detect, read, replace_pins, write
from pins.pinset import Expiration
from tests.pins.formats.samples import G, H, N, changed_lines, found, texts

HEX = "aff988906dde12955d9bebbf928fdcc31cce328d5b9384f21c8941ca26e20391"  # H
TABLE = f"""# exported
host,pin,include_subdomains,expires
api.example.com,sha256/{H},true,2027-01-31
api.example.com,"{G}",true,2027-01-31
b.example,{HEX},,
"""


def test_rows_of_one_host_become_one_rule() -> None:
    pin_set = read(TABLE.encode())

    assert texts(pin_set) == [("api.example.com", [f"sha256/{H}", G]), ("b.example", [HEX])]
    first, second = pin_set.rules
    assert (first.include_subdomains, first.expiration) == (True, Expiration("2027-01-31", date(2027, 1, 31)))
    assert (second.include_subdomains, second.expiration) == (False, None)
    assert (first.place, (first.pins or ())[1].place, second.place) == (Place(3, 1), Place(4, 18), Place(5, 1))


@pytest.mark.parametrize(
    "source",
    [
        f"a.com,{H}\na.com,{G}\n",
        f"a.com;{H}\r\na.com;{G}",
        f"{H}\ta.com\n{G}\ta.com\n",
        f'"a.com" , "{H}"\n"A.com" , "{G}"\n',
        f"a.com,{H},{G}\n",
        f'a.com;"{H} {G}"\n',
        f"a.com,{H} | {G}\n",
        f"Domain;Public Key Hash;Backup pin\na.com;{H};{G}\n",
        f"// pins\nHOST_NAME,SHA-256\na.com,{H}\na.com,{G}\n".replace("HOST_NAME", "hostname"),
        f"\ufeffhost,pin1,pin2\na.com,{H},{G}\n",
    ],
)
def test_any_delimiter_and_order_of_columns_is_read(source: str) -> None:
    pin_set = read(source.encode())

    assert texts(pin_set) == [("a.com", [H, G])]
    assert found(pin_set.problems) == []


def test_what_cannot_be_read_is_reported_with_its_line() -> None:
    source = f"""host,pin,subdomains,expires,owner
,{H},,,
a.com,,,,
a.com,{H},maybe,31.01.2027,me
"a.com,{H}
a.com,{G},true,,
b.com,dummy,no,,
"""

    pin_set = read(source.encode())

    assert texts(pin_set) == [("a.com", [H, G]), ("b.com", ["dummy"])]
    assert [one.problem for one in pin_set.rules[1].pins or ()] == ["not_base64"]
    assert found(pin_set.problems) == [
        ("unknown_column", False, 1),
        ("unreadable_line", False, 2),
        ("unreadable_line", False, 3),
        ("unreadable_cell", False, 4),
        ("unreadable_cell", False, 4),
        ("unreadable_line", False, 5),
        ("rows_differ", False, 6),
        ("single_pin", False, 7),
    ]


def test_without_names_only_hosts_and_pins_are_read() -> None:
    pin_set = read(f"a.com,{H},true\na.com,{G},true\n".encode())

    assert pin_set.rules[0].include_subdomains is False
    assert [(one.code, one.message, one.place) for one in pin_set.problems] == [
        (
            "unknown_column",
            (
                "Column 3 (“true”) has no name: the first row does not say what it means, so it is not read. Known "
                "names are host, pin, include_subdomains and expires."
            ),
            Place(1, 52),
        )
    ]


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("*.example.com", "wildcard_ignored"),
        ("https://a.com/", "not_a_host"),
        ("a.com:443", "not_a_host"),
    ],
)
def test_hosts_that_cover_less_than_they_seem_to_are_told(host: str, code: str) -> None:
    pin_set = read(f"host,pin\n{host},{H}\n{host},{G}\n".encode())

    assert (texts(pin_set), found(pin_set.problems)) == ([(host, [H, G])], [(code, False, 2)])


@pytest.mark.parametrize(
    ("rows", "clients"),
    [
        ((f"a.com,{H}", f"a.com,{G}"), ["android_nsc", "trustkit_ios"]),
        ((f"a.com,{H}", f"a.com,{G}", f"b.com,{H}"), ["android_nsc"]),
        ((f"*.a.com,{H}", f"*.a.com,{G}"), ["okhttp"]),
        ((f"a.com,{':'.join(HEX[at : at + 2] for at in range(0, 64, 2))}",), ["http_certificate_pinning"]),
    ],
)
def test_without_a_chosen_client_one_for_each_platform_decides(rows: tuple[str, ...], clients: list[str]) -> None:
    assert [one.value for one in clients_in(read("\n".join(rows).encode()))] == clients


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", f"name,{H}\n", "a.com,b.com\n", f"x;y;{H}\na;b\nc;d\n"])
def test_other_tables_are_not_taken_for_pins(text: str) -> None:
    with pytest.raises(PinError) as caught:
        detect(text.encode())

    assert caught.value.code == "unknown_format"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_unchanged_table_gives_the_same_bytes(encoding: str, line_end: str) -> None:
    source = TABLE.replace("\n", line_end).encode(encoding)

    assert write(read(source)) == source


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "come"),
    [
        (0, ["sha256/" + N, G], [f"api.example.com,sha256/{H},true,2027-01-31\n"], [
            f"api.example.com,sha256/{N},true,2027-01-31\n"
        ]),
        (0, ["sha256/" + H, G, N], [], [f'api.example.com,"{N}",true,2027-01-31\n']),
        (0, [G], [f"api.example.com,sha256/{H},true,2027-01-31\n"], []),
        (1, [N, HEX], [], [f"b.example,{N},,\n"]),
    ],
)  # fmt: skip
def test_a_table_changes_by_whole_rows(index: int, wanted: list[str], gone: list[str], come: list[str]) -> None:
    assert changed_lines(TABLE.encode(), replace_pins(read(TABLE.encode()), index, wanted).source) == (gone, come)


def test_a_host_cannot_lose_all_its_rows() -> None:
    with pytest.raises(PinError) as caught:
        replace_pins(read(TABLE.encode()), 1, [])

    assert caught.value.code == "not_writable"


def test_the_first_row_of_a_table_without_names_can_be_added_to() -> None:
    written = replace_pins(read(f"a.com;{H}".encode()), 0, [N, H, G])

    assert written.source.decode() == f"a.com;{N}\na.com;{H}\na.com;{G}"


@pytest.mark.parametrize(
    "text",
    [
        "host,pin\n",
        f"host,pin\n,sha256/{H}\n",
        f'plugin.pinned(yes, no);\nchecker.check(ok, bad, "https://a.com", "{HEX}");\n',
    ],
)
def test_a_table_in_which_no_row_can_be_read_is_refused(text: str) -> None:
    with pytest.raises(PinError) as caught:
        read(text.encode(), format="csv")

    assert caught.value.code == "wrong_format"
