"""Clients and formats by the names that their users know."""

CLIENTS = {
    "android_nsc": "Android Network Security Config",
    "okhttp": "OkHttp CertificatePinner",
    "apple_ats": "NSPinnedDomains (App Transport Security)",
    "trustkit_ios": "TrustKit for iOS",
    "trustkit_android": "TrustKit for Android",
    "outsystems_android": "OutSystems plugin on Android",
    "outsystems_ios": "OutSystems plugin on iOS",
    "alamofire_certificates": "Alamofire, pinned certificates",
    "alamofire_public_keys": "Alamofire, public keys",
    "afnetworking_certificates": "AFNetworking, certificate mode",
    "afnetworking_public_keys": "AFNetworking, public key mode",
    "cordova_advanced_http_android": "cordova-plugin-advanced-http on Android",
    "cordova_advanced_http_ios": "cordova-plugin-advanced-http on iOS",
    "react_native_ssl_pinning_android": "react-native-ssl-pinning on Android",
    "react_native_ssl_pinning_ios": "react-native-ssl-pinning on iOS",
    "react_native_ssl_public_key_pinning_android": "react-native-ssl-public-key-pinning on Android",
    "react_native_ssl_public_key_pinning_ios": "react-native-ssl-public-key-pinning on iOS",
    "capgo_android": "Capgo SSL pinning on Android",
    "capgo_ios": "Capgo SSL pinning on iOS",
    "http_certificate_pinning": "Flutter http_certificate_pinning",
    "ssl_certificate_checker": "SSLCertificateChecker plugin",
    "wultra_android": "Wultra on Android",
    "wultra_ios": "Wultra on iOS",
    "approov": "Approov",
    "ktor_darwin": "Ktor on Darwin",
    "dotnet_callback": ".NET validation callback",
    "curl": "curl and libcurl",
    "hpkp": "HPKP header",
}
FORMATS = {
    "android_nsc": "Android Network Security Config",
    "outsystems_json": "OutSystems SSL pinning JSON",
    "okhttp_source": "OkHttp or Ktor source code",
    "info_plist": "Info.plist",
    "trustkit_code": "TrustKit source code",
    "capacitor_build_action": "Capacitor build action",
    "react_native": "React Native pinning calls",
    "flutter": "Flutter fingerprint list",
    "wultra_json": "Wultra fingerprint list",
    "approov_json": "Approov pins",
    "certificates": "Certificates",
    "curl": "curl pinned public key",
    "hpkp": "HPKP header",
    "csv": "CSV of hosts and pins",
    "hash_list": "List of hashes",
}


def client_name(client: str) -> str:
    return CLIENTS.get(client, client)


def format_name(kind: str) -> str:
    return FORMATS.get(kind, kind)
