"""What the environment list says first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certdash.queries.formatting import Part, Sentence, address, counted, number, span
from pins.verdict import Value


def environments_sentence(counts: Mapping[str, Any], now: datetime) -> Sentence:
    """`counts` are the figures of one aggregate over everything the reader sees."""
    if not counts["total"]:
        return (Part("No environment is registered yet."),)
    return (*_served(counts, now), *_hit(counts), *_silent(counts["silent"]))


def _served(counts: Mapping[str, Any], now: datetime) -> Sentence:
    total, served = counts["total"], counts["served"]
    if counts["unread"] == total and not counts["hit"]:
        return (
            Part("No certificate of "),
            Part(counted(total, "environment"), address("environments")),
            Part(" was read yet"),
        )
    if not served:
        verb = " serves a certificate of its own" if total == 1 else " serve certificates of their own"
        return (Part(counted(total, "environment"), address("environments")), Part(verb))
    share = Part(f"{number(served)} of {counted(total, 'environment')}", address("environments", domain="default"))
    verb = " serves the platform certificate" if served == 1 else " serve the platform certificate"
    if counts["start"] is None or counts["end"] is None:
        return (share, Part(verb))
    window = span(max(counts["start"], now), counts["end"], now).replace(" – ", " and ")
    return (share, Part(f"{verb}, which rotates {'between ' if ' and ' in window else ''}{window}"))


def _hit(counts: Mapping[str, Any]) -> Sentence:
    if not counts["hit"]:
        return (
            Part(
                "; no app there is known to stop. "
                if counts["silent"]
                else "; none of them carries an app that stops. "
            ),
        )
    hit = Part(f"{number(counts['hit'])} of them", address("environments", domain="default", status="stops"))
    verb = " carries the " if counts["hit"] == 1 else " carry the "
    stop = "that stops" if counts["stopping"] == 1 else "that stop"
    return (Part("; "), hit, Part(f"{verb}{counted(counts['stopping'], 'app')} {stop}{_of_these(counts)}. "))


def _of_these(counts: Mapping[str, Any]) -> str:
    """An environment on the platform's domain may have hosts of its own, on which an app stops for other reasons."""
    beside = counts["stopping"] - counts["on_platform"]
    return f", {number(beside)} of them on an own domain" if beside else ""


def _silent(count: int) -> Sentence:
    """Some were not read lately, others carry an app of which nobody can tell: the rows say which."""
    if not count:
        return ()
    where = address("environments", status=Value.UNKNOWN)
    return (Part(counted(count, "environment"), where), Part(" is unknown." if count == 1 else " are unknown."))
