"""A world for the access matrix: one customer with a row of everything, and every kind of visitor."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from certdash.actions.calendar_links import make_link
from certdash.models import (
    BackupKey,
    Certificate,
    Channel,
    Customer,
    Endpoint,
    Membership,
    Progress,
    Release,
    Role,
    Rotation,
    SavedFilter,
    ScenarioOverride,
    Successor,
    TrustStore,
    User,
    Verdict,
)
from certdash.views.members import invitation_path
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NOW, Fleet, nsc, pin, serve

PEOPLE = ("anonymous", "stranger", "manager", "app_owner", "customer_admin", "platform_manager", "platform_admin")


def patterns() -> dict[str, str]:
    """Every route of the product by its name. None is included from elsewhere, none is without a name."""
    found = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]
    assert len(found) == len(get_resolver().url_patterns)
    return {str(one.name): str(one.pattern) for one in found}


@dataclass(frozen=True, slots=True)
class World:
    """The visitors, and the address of every route, each naming a row of Acme or of the platform."""

    people: dict[str, User]
    addresses: dict[str, str]
    body: bytes

    def ask(self, method: str, route: str, person: str, **headers: str) -> HttpResponseBase:
        """What it changed is undone, so that the next visitor finds the same world."""
        client = Client(headers=headers)
        if (user := self.people.get(person)) is not None:
            client.force_login(user)
        with transaction.atomic():
            kind = "application/x-www-form-urlencoded"
            response = client.generic(method, self.addresses[route], self.body, content_type=kind)
            transaction.set_rollback(True)
        return response


def build() -> World:
    fleet = Fleet()
    people = _people(fleet.customer)
    keys = _keys(fleet, people)
    addresses = {name: _address(name, pattern, keys) for name, pattern in patterns().items()}
    addresses["invitation"] = invitation_path(_invited(fleet.customer))
    addresses["successor_new"] += f"?endpoint={keys['endpoint'][0]}"
    addresses["scenario_keep"] += f"?endpoint={keys['endpoint'][0]}&scenario=other_ca"
    return World(people, addresses, f"environment={fleet.environment.pk}".encode())


def _people(acme: Customer) -> dict[str, User]:
    return {
        "stranger": builders.user(Role.CUSTOMER_ADMIN, builders.customer()),
        "manager": builders.user(Role.MANAGER, acme),
        "app_owner": builders.user(Role.APP_OWNER, acme),
        "customer_admin": builders.user(Role.CUSTOMER_ADMIN, acme),
        "platform_manager": builders.user(Role.PLATFORM_MANAGER),
        "platform_admin": builders.user(Role.PLATFORM_ADMIN),
    }


def _keys(fleet: Fleet, people: dict[str, User]) -> dict[str, tuple[object, ...]]:
    """What the addresses name, by the noun of the route, or by the whole route where that names its parent."""
    host, now = fleet.host("shop.acme.test"), timezone.now()
    served = ISSUING.leaf(host.host, not_before=now - DAY, not_after=now + 100 * DAY)
    serve(host, served, ISSUING)
    release = fleet.app(nsc(host.host, pin(served)))
    leaf = Certificate.objects.get(sha256=served.facts.sha256.hex())
    successor = _successor(host)
    rotation = Rotation.objects.create(endpoint=host, leaf=leaf, created_at=NOW)
    return {
        "customer": (fleet.customer.pk,),
        "customer_risk": (fleet.customer.pk,),
        "environment": (fleet.environment.pk,),
        "endpoint_new": (fleet.environment.pk,),
        "endpoint": (host.pk,),
        **dict.fromkeys(("app", "upload", "owner_question", "corrected_files"), (release.app_id,)),
        "release_new": (release.app_id,),
        "release": (release.app_id, release.pk),
        "verdict": (release.app_id, _verdict(release, host).pk),
        "move": (release.app_id, fleet.host("shop.cloud.test").pk),
        "certificate": (leaf.sha256,),
        "rotation": (rotation.pk,),
        "successor": (successor.pk,),
        "scenario": (_scenario(host).pk,),
        "acknowledge": (rotation.pk, release.app_id),
        "acknowledgement": (rotation.pk, release.app_id),
        "corrected": (release.app_id, release.pk, release.pin_sets.get().pk),
        "backup_key": (_backup_key(fleet.customer).pk,),
        "progress": (_progress(people["customer_admin"]).pk,),
        **dict.fromkeys(("saved_filter_new", "columns_keep"), ("environments",)),
        "saved_filter": (_saved_filter(people["customer_admin"]).pk,),
        "platform_domain": (fleet.domain.pk,),
        "trust_store": (TrustStore.objects.create(name="Old devices", is_in_scope=False).pk,),
        "channel": (_channel(fleet.customer).pk,),
        "platform_notices": (Role.PLATFORM_MANAGER.value,),
        "customer_notices": (fleet.customer.pk, Role.MANAGER.value),
        "calendar_feed": (make_link(people["manager"], now=NOW),),
        "member": (Membership.objects.get(user=people["manager"]).pk,),
    }


def _address(route: str, pattern: str, keys: dict[str, tuple[object, ...]]) -> str:
    if route == "invitation" or "<" not in pattern:
        return "" if route == "invitation" else reverse(route)
    return reverse(route, args=keys.get(route) or keys[route.rpartition("_")[0]])


def _progress(person: User) -> Progress:
    return Progress.objects.create(user=person, title="Checking", total=1, started_at=NOW)


def _verdict(release: Release, host: Endpoint) -> Verdict:
    return Verdict.objects.create(
        release=release, endpoint=host, host=host.host, value="ready", badness=0, now="ready", next="ready",
        reason_code="pin_matches", reason="It matches.", decided_at=NOW,
    )  # fmt: skip


def _saved_filter(person: User) -> SavedFilter:
    return SavedFilter.objects.create(user=person, page="environments", name="mine", created_at=NOW)


def _channel(acme: Customer) -> Channel:
    return Channel.objects.create(customer=acme, name="hook", kind="webhook", target="https://127.0.0.1/", secret="x")


def _invited(acme: Customer) -> User:
    user = builders.user(Role.MANAGER, acme)
    user.set_unusable_password()
    user.save()
    return user


def _successor(host: Endpoint) -> Successor:
    key = sha256(b"next").digest()
    return Successor.objects.create(
        endpoint=host,
        kind="spki_hash",
        material=f"sha256/{b64encode(key).decode()}",
        spki_sha256=key.hex(),
        registered_at=NOW,
    )


def _scenario(host: Endpoint) -> ScenarioOverride:
    return ScenarioOverride.objects.create(
        endpoint=host, scenario="other_ca", likelihood="remote", reason="Never.", set_at=NOW
    )


def _backup_key(acme: Customer) -> BackupKey:
    key = sha256(b"backup").hexdigest()
    return BackupKey.objects.create(customer=acme, name="in the safe", spki_sha256=key, spki_sha1=key[:40])
