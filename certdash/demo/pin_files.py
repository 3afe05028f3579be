"""Pin files as developers write them, in the three formats, from host names and hashes."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

HASH_OF_NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
PLACEHOLDER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@dataclass(frozen=True, slots=True)
class Rule:
    """`pins` are base64 SPKI hashes; `expiration` is Android's, as yyyy-MM-dd."""

    host: str
    pins: tuple[str, ...]
    include_subdomains: bool = False
    expiration: str = ""


@dataclass(frozen=True, slots=True)
class PinFile:
    name: str
    format: str
    source: bytes


def network_security_config(rules: Sequence[Rule]) -> PinFile:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<network-security-config>"]
    for rule in rules:
        expiration = f' expiration="{rule.expiration}"' if rule.expiration else ""
        includes = "true" if rule.include_subdomains else "false"
        lines += [
            "    <domain-config>",
            f'        <domain includeSubdomains="{includes}">{rule.host}</domain>',
            f"        <pin-set{expiration}>",
            *(f'            <pin digest="SHA-256">{pin}</pin>' for pin in rule.pins),
            "        </pin-set>",
            "    </domain-config>",
        ]
    source = "\n".join([*lines, "</network-security-config>", ""])
    return PinFile("network_security_config.xml", "android_nsc", source.encode())


def outsystems_json(rules: Sequence[Rule]) -> PinFile:
    hosts = [{"host": rule.host, "hashes": [f"sha256/{pin}" for pin in rule.pins]} for rule in rules]
    source = json.dumps({"hosts": hosts}, indent=2) + "\n"
    return PinFile("pinning.json", "outsystems_json", source.encode())


def okhttp_source(rules: Sequence[Rule]) -> PinFile:
    lines = [
        "package com.example.app.net",
        "",
        "import okhttp3.CertificatePinner",
        "import okhttp3.OkHttpClient",
        "",
        "private val pinner = CertificatePinner.Builder()",
        *(f'    .add("{rule.host}", {_arguments(rule.pins)})' for rule in rules),
        "    .build()",
        "",
        "val client = OkHttpClient.Builder().certificatePinner(pinner).build()",
        "",
    ]
    return PinFile("HttpClient.kt", "okhttp_source", "\n".join(lines).encode())


WRITERS = {
    "nsc": network_security_config,
    "outsystems": outsystems_json,
    "okhttp": okhttp_source,
}


def spki_pin(spki_sha256: bytes) -> str:
    return base64.b64encode(spki_sha256).decode()


def _arguments(pins: Sequence[str]) -> str:
    return ", ".join(f'"sha256/{pin}"' for pin in pins)
