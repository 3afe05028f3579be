"""Tells the story once: keys and plan of the lab, then every row through the actions that people use."""

import hashlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from certdash.actions.chains import store_chain
from certdash.actions.customers import save_customer
from certdash.actions.environments import save_endpoint, save_environment
from certdash.actions.evaluating import evaluate_releases
from certdash.actions.platform_domains import save_platform_domain
from certdash.actions.successors import Announcement, register
from certdash.actions.trust_stores import save_trust_store
from certdash.demo.authority import Authority
from certdash.demo.casting import save_apps
from certdash.demo.certificates import DAYS_TO_EXPIRY, DAYS_TO_WINDOW, PLATFORM, wanted
from certdash.demo.history import write_history
from certdash.demo.people import People, save_people
from certdash.demo.pin_files import HASH_OF_NOTHING, PLACEHOLDER, spki_pin
from certdash.demo.plan import EVERYWHERE, Plan, write_plan
from certdash.demo.readiness import open_rotation
from certdash.demo.story import (
    ADDRESSES,
    CHAINS,
    CUSTOM_HOSTS,
    ROTATIONS,
    TENANTS,
    UNREACHABLE,
    CustomHost,
    default_host,
)
from certdash.models import Customer, Endpoint, Environment, Hosting, PlatformDomain, Release, TrustStore, User
from certdash.queries.judging.candidates import Target, read_candidate
from pins.certificate import parse_certificates

FIRST_PORT = 18_443
BEGAN = timedelta(days=90)


@dataclass(slots=True)
class Stage:
    """What the story has put on so far."""

    authority: Authority
    now: datetime
    port: int
    admin: User
    customers: dict[str, Customer] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)

    @property
    def began(self) -> datetime:
        return self.now - BEGAN

    def chain_pem(self, chain: str) -> str:
        return "".join(map(self.pem, CHAINS[chain]))

    def pem(self, name: str) -> str:
        """From the file: `Authority.load` would check the private key too, which takes 20 times as long."""
        return (self.authority.folder / f"{name}.pem").read_text()

    def pin(self, name: str, host: str) -> str:
        """`backup` is a key that nobody has ever seen; every host has its own."""
        fixed = {"nothing": HASH_OF_NOTHING, "placeholder": PLACEHOLDER}
        if name in fixed:
            return fixed[name]
        if name == "backup":
            return spki_pin(hashlib.sha256(f"backup key of {host}".encode()).digest())
        return spki_pin(parse_certificates(self.pem(name).encode())[0].spki_sha256)


@transaction.atomic
def seed(folder: Path, *, now: datetime, port: int | None = None) -> bool:
    """False when the story is there already; then nothing changes, whatever people did to it."""
    if PlatformDomain.objects.filter(domain=PLATFORM).exists():
        return False
    authority = Authority(folder)
    for each in wanted(now.date()):
        authority.issue(each)
    people = save_people(now=now - BEGAN)
    stage = Stage(authority, now, port or free_port(), people.admin)
    write_plan(folder, plan(stage.port))
    _save_stores(stage)
    domain = PlatformDomain(domain=PLATFORM, name="Example Cloud")
    save_platform_domain(domain, actor=stage.admin, now=stage.began)
    _save_tenants(stage)
    for custom in CUSTOM_HOSTS:
        _save_custom(stage, custom)
    _cast(stage, people, domain)
    _announce(stage, domain)
    evaluate_releases(list(Release.objects.values_list("pk", flat=True)), now=now)
    return True


def plan(port: int) -> Plan:
    hosts: dict[str, Mapping[str, tuple[str, ...]]] = {f"*.{PLATFORM}": {EVERYWHERE: ("wildcard",)}}
    hosts.update({custom.host: custom.chains for custom in CUSTOM_HOSTS if custom.chains})
    return Plan(port, ADDRESSES, CHAINS, hosts, ROTATIONS)


def free_port() -> int:
    """Free at every address of the lab; it is chosen once and kept in the plan."""
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if all(_is_free(address, port) for address in ADDRESSES):
            return port
    raise OSError(f"No port from {FIRST_PORT} on is free for the lab. Stop what holds them, and start again.")


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _save_stores(stage: Stage) -> None:
    """The lab's root stands for the public roots of all devices; the real ones know nothing of it."""
    lab = TrustStore(name="Northgate roots", version="2026", pem=stage.pem("root"))
    real = TrustStore(name="certifi", is_in_scope=False)
    for store in (lab, real):
        save_trust_store(store, actor=stage.admin, now=stage.began)


def _save_tenants(stage: Stage) -> None:
    for tenant in TENANTS:
        customer = Customer(name=tenant.name, slug=tenant.slug)
        stage.customers[tenant.slug] = save_customer(customer, actor=stage.admin, now=stage.began)
        for each in tenant.stages:
            name = f"{tenant.slug}-{each.label}"
            environment = _environment(stage, customer, name, each.stage, Hosting.CLOUD)
            _save_endpoint(stage, environment, default_host(name), [f"127.0.0.1:{stage.port}"])


def _save_custom(stage: Stage, custom: CustomHost) -> None:
    environment = stage.environments.get(custom.environment)
    if environment is None:
        hosting = Hosting.SELF_MANAGED if custom.is_self_managed else Hosting.CLOUD
        customer = stage.customers[custom.customer]
        environment = _environment(stage, customer, custom.environment, "production", hosting)
    addresses = [address for address in custom.chains if address != EVERYWHERE] or ADDRESSES[:1]
    connect_to = [f"{address}:{stage.port}" for address in addresses] if custom.chains else [UNREACHABLE]
    _save_endpoint(stage, environment, custom.host, connect_to)


def _environment(stage: Stage, customer: Customer, name: str, kind: str, hosting: Hosting) -> Environment:
    environment = Environment(customer=customer, name=name, stage=kind, hosting=hosting)
    stage.environments[name] = save_environment(environment, actor=stage.admin, now=stage.began)
    return environment


def _save_endpoint(stage: Stage, environment: Environment, host: str, connect_to: list[str]) -> None:
    endpoint = Endpoint(environment=environment, host=host, connect_to=connect_to)
    save_endpoint(endpoint, actor=stage.admin, now=stage.now)


def _cast(stage: Stage, people: People, domain: PlatformDomain) -> None:
    apps = save_apps(stage.customers, stage.environments, people, stage.pin, now=stage.now)
    write_history(apps, now=stage.now)
    served = store_chain(parse_certificates(stage.chain_pem("wildcard").encode()), now=stage.began)
    open_rotation(domain, served.leaf, apps, now=stage.now)


def _announce(stage: Stage, domain: PlatformDomain) -> None:
    target = Target(platform_domain=domain)
    candidate = read_candidate(stage.chain_pem("wildcard-next").encode(), target, now=stage.now)
    midnight = stage.now.replace(hour=0, minute=0, second=0, microsecond=0)
    announcement = Announcement(
        midnight + timedelta(days=DAYS_TO_WINDOW),
        midnight + timedelta(days=DAYS_TO_EXPIRY),
        "https://status.cloud.example/announcements/certificate-rotation",
        "Yearly rotation of the default domain's certificate. It cannot be postponed for single environments.",
    )
    register(candidate, target, announcement, actor=stage.admin, now=stage.now - timedelta(days=6))
