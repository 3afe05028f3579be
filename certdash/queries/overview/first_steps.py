"""What a new installation still needs before it can give a verdict: one row a step, in the order in which they help."""

from dataclasses import dataclass, replace

from certdash.models import Customer, Endpoint, PinSet, PlatformDomain
from certdash.queries.access import Access
from certdash.queries.formatting import address, counted


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`url` and `action` lead to the form; both are empty for those who may not, and once it is done."""

    number: int
    title: str
    words: str
    value: str
    word: str
    url: str
    action: str
    is_next: bool = False


def first_steps(access: Access) -> tuple[FirstStep, ...]:
    """Asked for only while there is no app, so that its statements cost nobody anything later."""
    hosts = Endpoint.objects.filter(access.rows("environment__customer_id"), archived_at=None).count()
    pins = PinSet.objects.filter(access.rows("release__app__customer_id")).count()
    steps = (*_of_the_platform(access), ("Hosts", *_hosts(access, hosts)), ("Apps", *_apps(access, pins)))
    found = [_step(at, *step) for at, step in enumerate(steps, 1)]
    due = next((step.number for step in found if step.url), 0)
    return tuple(replace(step, is_next=step.number == due) for step in found)


# Title, words, what is there, address of the form, its button.
Row = tuple[str, str, str, str, str]


def _of_the_platform(access: Access) -> tuple[Row, ...]:
    if not access.sees_everything:
        return ()
    customers, domains = (kind.objects.filter(archived_at=None).count() for kind in (Customer, PlatformDomain))
    may = access.may_administer_platform
    return (
        (
            "Customers",
            "Who owns environments and apps. Each sees its own; one is enough to begin with.",
            counted(customers, "customer") if customers else "",
            address("customer_new") if may else "",
            "Register customer",
        ),
        (
            "Platform domain",
            "The domain below which your customers' environments answer. Its certificate is yours to rotate.",
            counted(domains, "domain") if domains else "",
            address("platform_domain_new") if may else "",
            "Register domain",
        ),
    )


def _hosts(access: Access, hosts: int) -> tuple[str, str, str, str]:
    return (
        "Paste the hosts that apps connect to. The first check starts at once; certificates appear within seconds.",
        counted(hosts, "host") if hosts else "",
        address("environments_import") if access.may_administer_any else "",
        "Paste hosts",
    )


def _apps(access: Access, pins: int) -> tuple[str, str, str, str]:
    return (
        "Register an app and upload the pin file of a release: you see its verdict, now and next, before you save.",
        counted(pins, "pin set") if pins else "",
        address("app_new") if access.may_edit_any else "",
        "Register app",
    )


def _step(number: int, title: str, words: str, there: str, url: str, action: str) -> FirstStep:
    if there:
        return FirstStep(number, title, words, "ready", there, "", "")
    return FirstStep(number, title, words, "unprotected", "to do", url, action if url else "")
