"""What people send: of every route that takes something, nothing, nonsense, and what it wants.

The world stays as it is, so that each sending meets the same. `WANTED` has a row for every route of the access matrix
that takes a POST; `test_every_form.py` holds it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connection, transaction
from django.forms import BaseForm, BoundField, ChoiceField, FileField
from django.test import Client

from certdash.models import Customer, Endpoint
from tests.certdash.access_matrix import ROWS
from tests.certdash.builders import PASSWORD
from tests.certdash.fleet import BACKUP, NEXT, ROOT, nsc, pin
from tests.certdash.visitors import World

Given = Mapping[str, Any]
ROUTES = sorted({row.route for row in ROWS if row.ask == "POST" and "405" not in row.answers.values()})
PEOPLE = ("customer_admin", "platform_admin")
STRANGERS = {"log_in", "welcome", "invitation"}
ANSWERS = {row.route: row.answers for row in ROWS if row.ask == "POST"}
SHOWN = {row.route for row in ROWS if row.ask == "GET" and "200" in row.answers.values()}
EMPTY = {"csrfmiddlewaretoken": "of no use here"}
NONSENSE = "nothing of <this> & \"that\" 'fits' ٣ " * 299 + "."
WORDS = {"password": "four words of mine", "again": "four words of mine"}
WEBHOOK = {"owner": "me", "kind": "webhook", "name": "hook 2", "target": "https://9.9.9.9/hook"}

# What each route wants beside what its form holds already.
WANTED: dict[str, Given] = {
    "log_in": {"username": "nobody@example.test", "password": PASSWORD},
    "log_out": {},
    "welcome": {"name": "Ada", "email": "ada@example.test", "password": "four words of mine"},
    "invitation": WORDS,
    "saved_filter_new": {"name": "yours", "query": "stage=test"},
    "saved_filter_edit": {"name": "ours"},
    "saved_filter_update": {"query": "stage=test"},
    "saved_filter_delete": {},
    "columns_keep": {"show": ["stage", "apps"]},
    "environment_new": {"name": "acme-new", "stage": "test"},
    "environment_edit": {},
    "environment_archive": {},
    "environment_probe": {},
    "environments_probe": {},
    "environments_import": {"hosts": "9.9.9.9\n9.9.9.10:8443, other", "stage": "test"},
    "endpoint_new": {"host": "9.9.9.9"},
    "endpoint_edit": {"host": "9.9.9.10"},
    "endpoint_archive": {},
    "upload": {"version": "9.9", "platform": "android"},
    "app_new": {"name": "Another app", "active_users": "1000"},
    "app_edit": {},
    "app_archive": {},
    "owner_question": {},
    "release_new": {"version": "9.9", "share": ""},
    "release_edit": {},
    "rotation_edit": {"owner": "Platform team", "note": "At night."},
    "rotation_cancel": {"reason": "It is not needed"},
    "successor_new": {"do": "register"},
    "successor_withdraw": {},
    "simulate": {"scenario": "new_root"},
    "scenario_keep": {"likelihood": "remote", "reason": "It never happens."},
    "scenario_withdraw": {},
    "acknowledge": {"text": "We ship it next week."},
    "acknowledgement_withdraw": {},
    "customer_new": {"name": "Another customer"},
    "customer_edit": {},
    "customer_archive": {},
    "platform_domain_new": {"domain": "other-cloud.test"},
    "platform_domain_edit": {},
    "platform_domain_archive": {},
    "trust_store_new": {"name": "Own authority", "pem": ROOT.pem.decode()},
    "trust_store_edit": {},
    "trust_store_archive": {},
    "backup_key_new": {"name": "In the other safe", "material": BACKUP.public_key_pem.decode()},
    "backup_key_archive": {},
    "member_new": {"name": "Grace", "email": "grace@example.test", "role": "manager"},
    "member_edit": {"role": "app_owner"},
    "member_link": {},
    "member_archive": {},
    "channel_new": WEBHOOK,
    "channel_edit": {"name": "hook 3"},
    "channel_test": {},
    "channel_archive": {},
    "platform_notices": {},
    "customer_notices": {},
    "calendar_make": {},
    "calendar_revoke": {},
}  # fmt: skip
PRIVATE_KEY = BACKUP.key_pem.decode()
SECRETS = {"password", "again"}


def person(route: str) -> str:
    return (
        "anonymous" if route in STRANGERS else next(one for one in PEOPLE if ANSWERS[route][one] not in ("403", "404"))
    )


def post(world: World, route: str, given: Given, *, client: Client | None = None) -> Any:
    """The page that comes in the end, after a redirect too. What was changed is undone."""
    with transaction.atomic():
        _prepare(route)
        client = client or visitor(world, route)
        response = client.post(world.addresses[route], EMPTY | dict(given), follow=True)
        transaction.set_rollback(True)
    return response


def visitor(world: World, route: str) -> Client:
    client = Client()
    if user := world.people.get(person(route)):
        client.force_login(user)
    return client


def _prepare(route: str) -> None:
    """A new installation has nobody; what depends on people is checked at the end of a transaction, and it has none."""
    if route == "welcome":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM certdash_user")


def page(world: World, route: str) -> Any:
    """The form as it is opened; nothing for what has no page of its own."""
    if route not in SHOWN and route != "welcome":
        return None
    with transaction.atomic():
        _prepare(route)
        response = visitor(world, route).get(world.addresses[route])
        transaction.set_rollback(True)
    return response


def forms(response: Any) -> list[BaseForm]:
    """Those of a page that ask for something; a question before something is put away has none."""
    context = response.context if response is not None else None
    if context is None:
        return []
    return list(context.get("saves") or filter(None, [context.get("form")]))


def held(form: BaseForm) -> dict[str, Any]:
    """What a browser sends of an untouched form, with the first choice where one has to be made."""
    found = {bound.html_name: _value(bound) for bound in form if not isinstance(bound.field, FileField)}
    return {name: value for name, value in found.items() if value is not False and value not in (None, "")}


def _value(bound: BoundField) -> Any:
    value, field = bound.value(), bound.field
    if value in (None, "") and isinstance(field, ChoiceField) and field.required:
        return next(str(key) for key, _ in bound.field.widget.choices if key != "")
    if value in (None, "") and field.required and hasattr(field, "queryset"):
        return field.queryset.values_list("pk", flat=True).first()
    return value


def wanted(world: World, route: str) -> Given:
    """Everything that the route wants: what its form holds, what `WANTED` says, what a first step gave."""
    before = {name: value for form in forms(page(world, route)) for name, value in held(form).items()}
    return {**before, **WANTED[route], **(_FIRST[route](world) if route in _FIRST else {})}


def _environment(world: World) -> int:
    return int(world.body.removeprefix(b"environment="))


def _previewed_upload(world: World) -> Given:
    response = post(world, "upload", {"text": PIN_FILE})
    (save,) = forms(response)
    return {"draft": response.context["token"], "text": "", **held(save), **WANTED["upload"]}


def _previewed_successor(world: World) -> Given:
    response = post(world, "successor_new", {"material": KEY, "do": "preview"})
    return {"material": KEY, "shown": response.context["form"].mark}


def _customer(world: World) -> Given:
    return {"customer": Customer.objects.get(environments=_environment(world)).pk}


_FIRST: dict[str, Callable[[World], Given]] = {
    "environments_probe": lambda world: {"environment": _environment(world)},
    "upload": _previewed_upload,
    "successor_new": _previewed_successor,
    "app_new": lambda _: {"customer": ""},
    "environment_new": _customer,
    "environments_import": _customer,
    "backup_key_new": _customer,
    "member_new": _customer,
}
PIN_FILE = nsc("shop.acme.test", pin(NEXT), pin(BACKUP)).decode()
KEY = f"sha256/{pin(NEXT)}"


def nonsense(form: BaseForm, text: str = NONSENSE) -> dict[str, Any]:
    """The same text in every field that takes one; what is hidden stays, and no file is given."""
    return {
        bound.html_name: bound.value() or "" if bound.is_hidden else text
        for bound in form
        if not isinstance(bound.field, FileField)
    }


def between(world: World, route: str) -> Iterator[tuple[str, Given]]:
    """Steps between the first page and the last, and refusals of a kind of their own: their name and what is sent."""
    yield from _BETWEEN[route](world).items() if route in _BETWEEN else ()


def _uploads(world: World) -> Mapping[str, Given]:
    return {
        "a preview": {"text": PIN_FILE},
        "a file that is none": {"text": "no pins here"},
        "a release without a version": {**_previewed_upload(world), "version": "", "share": "x"},
        "a private key": {"text": PRIVATE_KEY},
    }


def _one_host(world: World) -> Given:
    host = Endpoint.objects.get(environment=_environment(world), platform_domain=None)
    return {"where": "host", "host": str(host), "scenario": "material", "material": KEY}


_BETWEEN: dict[str, Callable[[World], Mapping[str, Given]]] = {
    "log_in": lambda _: {"a wrong password": {"username": "nobody@example.test", "password": "wrong"}},
    "environments_import": lambda world: {"bad lines": {**wanted(world, "environments_import"), "hosts": "*.a\nb c"}},
    "upload": _uploads,
    "successor_new": lambda _: {
        "a preview": {"material": KEY, "do": "preview"},
        "a private key": {"material": PRIVATE_KEY, "do": "preview"},
    },
    "simulate": lambda world: {"a key for one host": _one_host(world)},
    "rotation_edit": lambda world: {"changed meanwhile": {**wanted(world, "rotation_edit"), "seen": "something else"}},
    "acknowledge": lambda _: {"nothing said": {"version": "", "text": ""}},
    "channel_new": lambda world: {
        "mail": {**wanted(world, "channel_new"), "kind": "email", "target": "me@example.test"}
    },
}
