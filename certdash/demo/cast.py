"""The cast: about 40 apps in every verdict, with the pins that people really write."""

from certdash.demo.apps import (
    AT_RISK,
    FAILING,
    NSC,
    OKHTTP,
    OUTSYSTEMS,
    READY,
    UNKNOWN,
    UNPROTECTED,
    WILL_FAIL,
    StoryApp,
    android,
    ios,
    on,
)

FIELD_SERVICE = StoryApp(
    "acme",
    "Field Service",
    98_000,
    ("acme-prod",),
    (
        android("4.3", 12, NSC, on("acme-prod", "wildcard", "wildcard-next"), on("auth.acme.example", "root"),
                on("tiles.maps.acme.example", "root"), days_ago=6),
        android("4.2", 61, NSC, on("acme-prod", "wildcard", "nothing"), on("auth.acme.example", "root", days=70),
                on("tiles.maps.acme.example", "root", days=-20)),
        ios("4.2", 24, on("acme-prod", "issuing", "root"), on("auth.acme.example", "root", "backup")),
        ios("4.1", 3, on("acme-prod", "issuing", "root"), on("auth.acme.example", "issuing", "wildcard"),
            days_ago=140),
    ),
    WILL_FAIL,
    "Omar Haddad",
    ((90, WILL_FAIL),),
    adoption_days=7,
    buffer_days=3,
)  # fmt: skip

ACME = (
    FIELD_SERVICE,
    StoryApp(
        "acme", "Warehouse", 14_900, ("acme-prod",),
        (android("1.12", 82, OKHTTP, on("acme-prod", "wildcard", "backup"), on("auth.acme.example", "root"),
                 on("tiles.maps.acme.example", "root")),),
        WILL_FAIL, "Omar Haddad", ((90, WILL_FAIL),), 7, 3,
    ),
    StoryApp(
        "acme", "Visitor Pass", 9_300, ("acme-visitors",),
        (ios("2.1", 94, on("acme-visitors", "wildcard", "nothing")),
         ios("2.2", 6, on("acme-visitors", "wildcard", "wildcard-next"), days_ago=4)),
        WILL_FAIL, "Omar Haddad", ((64, READY), (50, WILL_FAIL)), 7, 3,
    ),
    StoryApp(
        "acme", "Inspector", 3_200, ("acme-test", "acme-dev"),
        (android("3.0", 100, NSC, on("acme-test", "issuing"), on("acme-dev", "issuing")),),
        READY, "Omar Haddad", ((90, WILL_FAIL), (41, READY)),
    ),
    StoryApp(
        "acme", "Route Planner", 27_400, (),
        (android("5.6", 70, OKHTTP, on("tiles.maps.acme.example", "sibling")),
         ios("5.5", 30, on("tiles.maps.acme.example", "root", "backup"))),
        AT_RISK, "Omar Haddad", ((90, AT_RISK),),
    ),
    StoryApp(
        "acme", "Labs Companion", 600, ("acme-labs",),
        (android("0.9", 100, NSC, on("acme-labs", "wildcard", days=-12)),),
        UNPROTECTED, "Omar Haddad", ((80, WILL_FAIL), (12, UNPROTECTED)),
    ),
)  # fmt: skip

GLOBEX = (
    StoryApp(
        "globex", "Branch App", 52_400, ("globex-eu-prod",),
        (ios("7.0", 88, on("globex-eu-prod", "wildcard", "backup")),
         ios("7.1", 12, on("globex-eu-prod", "wildcard", "wildcard-next"), days_ago=9)),
        WILL_FAIL, "Jonas Weber", ((90, WILL_FAIL),),
    ),
    StoryApp(
        "globex", "Wallet", 23_800, ("globex-eu-prod",),
        (android("3.4", 100, NSC, on("globex-eu-prod", "wildcard")),),
        WILL_FAIL, "Jonas Weber", ((90, WILL_FAIL),),
    ),
    StoryApp(
        "globex", "Portal Mobile", 8_700, (),
        (android("2.0", 55, OKHTTP, on("portal.globex.example", "globex-portal", "backup")),
         ios("2.0", 45, on("portal.globex.example", "globex-portal", "backup"))),
        AT_RISK, "Jonas Weber", ((90, AT_RISK),),
    ),
    StoryApp(
        "globex", "Globex Pay", 100_000, ("globex-prod",),
        (android("11.2", 58, NSC, on("globex-prod", "wildcard", "wildcard-next"), on("portal.globex.example", "root")),
         ios("11.2", 42, on("globex-prod", "wildcard", "wildcard-next"),
             on("portal.globex.example", "root", "backup"))),
        READY, "Jonas Weber", ((90, WILL_FAIL), (15, READY)),
    ),
    StoryApp(
        "globex", "Onboarding", 1_900, ("globex-test",),
        (android("1.0", 100, OUTSYSTEMS, on("globex-test", "root", "issuing")),),
        READY, "Jonas Weber", ((33, READY),),
    ),
)  # fmt: skip

INITECH = (
    StoryApp(
        "initech", "TPS Reports", 6_200, ("initech-prod",),
        (android("2.9", 91, NSC, on("initech-prod", "wildcard-before")),
         android("2.10", 9, NSC, on("initech-prod", "wildcard", "wildcard-next"), days_ago=3)),
        FAILING, "Priya Nair", ((90, READY), (88, WILL_FAIL), (72, FAILING)),
    ),
    StoryApp(
        "initech", "Ledger", 12_600, ("initech-ledger",),
        (ios("5.0", 100, on("initech-ledger", "wildcard", "placeholder")),),
        WILL_FAIL, "", ((90, WILL_FAIL),), 7, 3,
    ),
    StoryApp(
        "initech", "HR Self Service", 4_100, ("initech-hr",),
        (android("6.1", 66, OUTSYSTEMS, on("initech-hr", "issuing", "root")),
         ios("6.1", 34, on("initech-hr", "issuing", "root"))),
        READY, "Priya Nair", ((90, READY),),
    ),
    StoryApp(
        "initech", "Time Clock", 2_300, (),
        (android("1.8", 100, NSC, on("legacy.initech.example", "root")),),
        FAILING, "Priya Nair", ((90, READY), (3, FAILING)),
    ),
)  # fmt: skip

UMBRELLA = (
    StoryApp(
        "umbrella", "Pharmacy", 61_000, ("umbrella-prod",),
        (android("8.4", 60, NSC, on("umbrella-prod", "root")),
         ios("8.4", 40, on("umbrella-prod", "root", "issuing"))),
        READY, "Leo Brandt", ((90, READY),),
    ),
    StoryApp(
        "umbrella", "Trials", 7_800, ("umbrella-trials",),
        (android("1.5", 52, OUTSYSTEMS, on("umbrella-trials", "wildcard", "wildcard-next")),
         ios("1.5", 48, on("umbrella-trials", "wildcard-next", "wildcard-next"))),
        FAILING, "Leo Brandt", ((90, WILL_FAIL), (9, FAILING)),
    ),
    StoryApp(
        "umbrella", "Continuity", 900, (),
        (android("1.0", 100, NSC, on("dr.umbrella.example", "root")),),
        UNKNOWN, "Leo Brandt", ((90, READY), (4, UNKNOWN)),
    ),
    StoryApp(
        "umbrella", "Lab Notes", 1_400, ("umbrella-lab",),
        (android("2.2", 100, NSC, on("umbrella-prod", "root")),),
        UNPROTECTED, "Leo Brandt", ((55, UNPROTECTED),),
    ),
)  # fmt: skip

HOOLI = (
    StoryApp(
        "hooli", "Drive", 88_000, ("hooli-labs",),
        (android("9.0", 71, NSC, on("hooli-labs", "issuing", "root")),
         ios("9.0", 29, on("hooli-labs", "issuing", "root"))),
        READY, "Gavin Ito", ((90, READY),),
    ),
    StoryApp(
        "hooli", "Chat", 45_000, ("hooli-eu-prod",),
        (android("4.4", 64, OKHTTP, on("hooli-eu-prod", "wildcard", "wildcard-next")),
         ios("4.4", 36, on("hooli-eu-prod", "wildcard", "wildcard-next"))),
        READY, "Gavin Ito", ((90, WILL_FAIL), (22, READY)),
    ),
    StoryApp(
        "hooli", "API Console", 1_100, (),
        (android("1.1", 100, OKHTTP, on("api.hooli.example", "sibling", "root")),),
        FAILING, "Gavin Ito", ((28, FAILING),),
    ),
    StoryApp(
        "hooli", "Media", 39_000, (),
        (android("2.7", 100, NSC, on("media.hooli.example", "root")),),
        READY, "Gavin Ito", ((90, AT_RISK), (30, READY)),
    ),
    StoryApp(
        "hooli", "Kiosk", 2_600, ("hooli-test",),
        (android("1.3", 100, NSC, on("hooli-test", "wildcard", days=-40)),),
        UNPROTECTED, "Gavin Ito", ((90, WILL_FAIL), (40, UNPROTECTED)),
    ),
)  # fmt: skip

OTHERS = (
    StoryApp(
        "soylent", "Green", 18_300, ("soylent-prod",),
        (android("3.1", 77, NSC, on("soylent-prod", "wildcard", "wildcard-next")),
         ios("3.1", 23, on("soylent-prod", "wildcard", "wildcard-next"))),
        READY, "Ana Costa", ((90, WILL_FAIL), (18, READY)),
    ),
    StoryApp(
        "soylent", "Supply Chain", 5_400, ("soylent-supply",),
        (android("2.4", 100, OUTSYSTEMS, on("soylent-supply", "wildcard", "backup")),),
        WILL_FAIL, "Ana Costa", ((90, WILL_FAIL),), 7, 3,
    ),
    StoryApp(
        "wayne", "Fleet", 11_200, ("wayne-fleet",),
        (android("5.2", 100, NSC, on("wayne-fleet", "root")),),
        READY, "Lucia Fox", ((90, READY),),
    ),
    StoryApp(
        "wayne", "Edge Console", 800, (),
        (android("0.8", 100, NSC, on("edge.wayne.example", "wayne-edge", "issuing")),),
        FAILING, "Lucia Fox", ((90, READY), (1, FAILING)),
    ),
    StoryApp(
        "wayne", "Night Shift", 3_900, (),
        # Its pins end at midnight of the day on which the window opens: where a device is decides what it does.
        (android("1.9", 100, NSC, on("night.wayne.example", "wayne-night", days=30)),),
        AT_RISK, "Lucia Fox", ((90, WILL_FAIL), (26, AT_RISK)),
    ),
    StoryApp(
        "stark", "Field Notes", 7_200, ("stark-field",),
        (ios("4.0", 100, on("stark-field", "wildcard", "wildcard-next")),),
        READY, "Pepe Marin", ((90, WILL_FAIL), (36, READY)),
    ),
    StoryApp(
        "stark", "Intranet", 2_100, (),
        (android("2.3", 100, NSC, on("intranet.stark.example", "issuing")),),
        AT_RISK, "Pepe Marin", ((90, AT_RISK),),
    ),
    StoryApp(
        "tyrell", "Care Plus", 33_500, ("tyrell-care",),
        (android("6.0", 49, NSC, on("tyrell-care", "wildcard", "wildcard-next")),
         ios("6.0", 51, on("tyrell-care", "wildcard", "wildcard-next"))),
        READY, "Rachel Sato", ((90, WILL_FAIL), (20, READY)),
    ),
    StoryApp(
        "tyrell", "Identity", 15_700, (),
        (android("3.3", 100, NSC, on("id.tyrell.example", "tyrell-id")),),
        WILL_FAIL, "Rachel Sato", ((90, WILL_FAIL),),
    ),
    StoryApp(
        "vandelay", "Customs", 1_700, ("vandelay-customs",),
        (android("1.4", 100, NSC, on("*.cloud.example", "issuing")),),
        UNPROTECTED, "Art Costello", ((70, UNPROTECTED),),
    ),
    StoryApp(
        "vandelay", "Import", 4_600, ("vandelay-prod",),
        (android("2.0", 100, OKHTTP, on("*.cloud.example", "root")),),
        READY, "Art Costello", ((45, READY),),
    ),
    StoryApp(
        "oceanic", "Crew", 9_900, ("oceanic-crew",),
        (android("8.1", 63, NSC, on("oceanic-crew", "wildcard")),
         android("8.2", 37, NSC, on("oceanic-crew", "wildcard", "wildcard-next"), days_ago=11)),
        WILL_FAIL, "Kate Linus", ((90, WILL_FAIL),), 7, 3,
    ),
    StoryApp(
        "oceanic", "Boarding", 21_000, ("oceanic-prod",),
        (android("3.0", 100, NSC, days_ago=2),),
        UNKNOWN, "Kate Linus", ((2, UNKNOWN),),
    ),
    StoryApp(
        "bluth", "Site Manager", 1_300, ("bluth-sites",),
        (android("1.1", 100, NSC, on("bluth-sites", "root")),),
        READY, "", ((60, READY),),
    ),
    StoryApp(
        "bluth", "Model Home", 2_800, ("bluth-prod",),
        (android("2.6", 80, OUTSYSTEMS, on("bluth-prod", "wildcard", "wildcard-next")),
         ios("2.6", 20, on("bluth-prod", "wildcard", "wildcard-next"))),
        READY, "", ((90, WILL_FAIL), (13, READY)),
    ),
    StoryApp(
        "duff", "Depot", 6_800, ("duff-depot",),
        (android("4.9", 100, NSC, on("cloud.example", "issuing", subdomains=True)),),
        READY, "Barney Holt", ((90, READY),),
    ),
    StoryApp(
        "kramerica", "Coffee Table", 500, ("kramerica-prod",),
        (android("1.0", 100, NSC, on("kramerica-prod", "root"), on("api.kramerica.example", "root")),),
        UNKNOWN, "", ((8, UNKNOWN),),
    ),
)  # fmt: skip

APPS = (*ACME, *GLOBEX, *INITECH, *UMBRELLA, *HOOLI, *OTHERS)
