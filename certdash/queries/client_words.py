"""Clients and formats by the names that their users know."""

CLIENTS = {
    "android_nsc": "Android Network Security Config",
    "okhttp": "OkHttp CertificatePinner",
    "trustkit_ios": "TrustKit for iOS",
    "outsystems_android": "OutSystems plugin on Android",
    "outsystems_ios": "OutSystems plugin on iOS",
}
FORMATS = {
    "android_nsc": "Android Network Security Config",
    "outsystems_json": "OutSystems SSL pinning JSON",
    "okhttp_source": "OkHttp source code",
}


def client_name(client: str) -> str:
    return CLIENTS.get(client, client)


def format_name(kind: str) -> str:
    return FORMATS.get(kind, kind)
