"""The corrected file of a release: a diff, a download, and who gets it."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import Release, Role
from certdash.queries.apps.corrected import Corrected, DiffLine, corrected_source, corrected_view, diff
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import BACKUP, ISSUING, NEXT, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import pem

pytestmark = pytest.mark.django_db

NAME = "network_security_config.xml"


def release(*pins: str, announced: bool = True) -> Release:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    found = fleet.app(nsc("a.cloud.test", *pins).replace(b"><", b">\n<"))
    serve(endpoint, WILDCARD, ISSUING)
    if announced:
        target = Target(fleet.domain)
        candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)
        register(candidate, target, Announcement(), actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return found


def test_the_next_key_is_added_below_the_present_one() -> None:
    found = corrected_view(release(pin(WILDCARD)), NOW)

    assert found is not None
    assert [line for line in found.lines if line.sign] == [DiffLine(6, "+", f'<pin digest="SHA-256">{pin(NEXT)}</pin>')]
    assert (found.counts, found.problem) == ("+1 −0", "")
    assert found.outcome == "Decided again for 1 kind of host before it is offered: ready at worst."


def test_what_is_ready_has_nothing_to_take_home() -> None:
    ready = release(pin(WILDCARD), pin(NEXT))

    assert corrected_view(ready, NOW) == Corrected(
        "network_security_config.xml",
        problem="No change of the pins alone makes this better. The reason says what does.",
    )
    assert corrected_source(ready, ready.pin_sets.get().pk, NOW) is None


def test_without_a_known_successor_the_root_is_added() -> None:
    found = corrected_view(release(pin(WILDCARD), announced=False), NOW)

    assert found is not None
    assert [line.text for line in found.lines if line.sign] == [f'<pin digest="SHA-256">{pin(ROOT)}</pin>']


def test_a_release_without_a_pin_set_has_none() -> None:
    assert corrected_view(builders.release(), NOW) is None


def test_the_download_is_the_file_of_the_diff_and_strangers_get_none() -> None:
    one = release(pin(WILDCARD), pin(BACKUP))
    url = f"/apps/{one.app_id}/releases/{one.pk}/corrected/{one.pin_sets.get().pk}/"
    reader = signed_in(builders.user(Role.MANAGER, one.app.customer))
    stranger = signed_in(builders.user(Role.APP_OWNER, builders.customer()))

    answer = reader.get(url)

    assert (answer.status_code, answer["Content-Disposition"]) == (
        200,
        'attachment; filename="network_security_config.xml"',
    )
    assert pin(NEXT).encode() in answer.content
    assert [stranger.get(url).status_code, reader.get(url.replace("corrected/", "corrected/9")).status_code] == [
        404,
        404,
    ]


def test_parts_of_a_diff_that_lie_apart_have_a_gap_between_them() -> None:
    before = "".join(f"{number}\n" for number in range(20))

    found = list(diff(before.encode(), before.replace("1\n", "one\n", 1).replace("18\n", "eighteen\n").encode()))

    assert [(line.number, line.sign, line.text) for line in found if line.sign or line.is_gap] == [
        (2, "−", "1"),
        (2, "+", "one"),
        (0, "", "…"),
        (19, "−", "18"),
        (19, "+", "eighteen"),
    ]


def test_a_long_diff_says_how_much_of_it_is_not_shown() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    dead = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    found = fleet.app("\n".join([pin(WILDCARD), *[dead] * 200]).encode())
    serve(endpoint, WILDCARD, ISSUING)
    found.app.environments.add(endpoint.environment)
    evaluate_endpoints([endpoint.pk], now=NOW)

    shown = corrected_view(found, NOW)

    assert shown is not None
    assert (shown.name, len(shown.lines), shown.more_lines > 0) == ("pins.txt", 120, True)
    reader = signed_in(builders.user(Role.MANAGER, fleet.customer))
    page = reader.get(f"/apps/{found.app_id}/verdicts/{found.verdicts.get().pk}/")
    assert f"{shown.more_lines} more lines are in the file and not shown here." in page.text
