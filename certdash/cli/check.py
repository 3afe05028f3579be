"""`certdash check`: a pin file or a built app against what hosts serve now and next; exit 0, 1 or 2 for a pipeline."""

import argparse
import sys
from collections.abc import Callable, Sequence

from certdash.cli.check_case import cases
from certdash.cli.check_input import Unreadable, read_inputs
from certdash.cli.check_problems import refused
from pins.conclusion import Value, Verdict
from pins.verdict import worst

THRESHOLDS = ("failing", "will_fail", "at_risk")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("pin_file", metavar="PINFILE", help="the pin file of the app, its .apk, .aab or .ipa, or - for standard input")
    add("--host", action="append", required=True, help="a host that the app connects to; repeat for more")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--served", metavar="CHAIN.pem", help="what the hosts serve now, leaf first")
    source.add_argument("--connect", metavar="HOST:PORT", help="probe here instead of port 443 of each host")
    add(
        "--trust-store",
        metavar="[NAME=]ROOTS.pem",
        action="append",
        default=[],
        help="anchors of the users' devices; repeat for more",
    )
    add(
        "--next",
        metavar="NEXT",
        action="append",
        default=[],
        help="what will be served next: a chain, leaf, CSR or public key file, or sha256/…; repeat",
    )
    add("--at", metavar="ISO-TIME", help="decide for this instant instead of now; UTC where it names no zone")
    add("--client", metavar="KIND", help="the code in the app that enforces the pins; else all that read such a file")
    add("--client-version", metavar="V", help="the version of that library")
    add("--os-version", metavar="LEVEL", type=int, help="the Android API level or the iOS major version")
    add("--format", choices=("text", "json"), default="text", help="of the answer")
    add("--fail-on", choices=THRESHOLDS, default="will_fail", help="exit 1 from this verdict on")
    _add_policy(add)


def _add_policy(add: Callable[..., object]) -> None:
    add(
        "--refuse",
        metavar="FINDING",
        action="append",
        default=[],
        help="exit 1 on a finding with this code, whatever the verdict, such as platform_key_pinned; repeat",
    )
    add(
        "--platform-domain",
        metavar="DOMAIN",
        action="append",
        default=[],
        help="what hosts under it serve now and next is the platform's; repeat",
    )
    add(
        "--platform-certificate",
        metavar="CERT.pem",
        action="append",
        default=[],
        help="a certificate that the platform owns, wherever it is served; repeat",
    )


def run(args: argparse.Namespace) -> int:
    try:
        inputs = read_inputs(args)
    except Unreadable as error:
        print(f"certdash: {_one_line(str(error))}", file=sys.stderr)
        return 2
    checked = cases(inputs)
    judged = [inputs.pins.judged(case) for case in checked]
    verdicts = [inputs.pins.concluded(parts, case) for case, parts in zip(checked, judged, strict=True)]
    verdict, refusals = worst(verdicts), refused(inputs.policy, inputs.pins, checked)
    if args.format == "json":
        from certdash.cli.check_json import report

        print(report(inputs, checked, verdict, refusals))
    else:
        from certdash.cli.check_text import Checked
        from certdash.cli.check_text import report as text

        print(text(inputs, list(map(Checked, checked, verdicts, judged)), verdict, refusals))
    return max(exit_code(verdicts, args.fail_on), int(bool(refusals)))


def _one_line(sentence: str) -> str:
    """Names of files and hosts come from outside: no line end and no escape sequence of theirs reaches the log."""
    return "".join(one if one.isprintable() else "�" for one in sentence)


def exit_code(verdicts: Sequence[Verdict], fail_on: str) -> int:
    """`unknown` never passes: a build must not go green because a host was down, whatever is known of the others."""
    is_unknown = any(Value.UNKNOWN in (verdict.value, verdict.now) for verdict in verdicts)
    return int(is_unknown or any(verdict.value.badness <= Value(fail_on).badness for verdict in verdicts))
