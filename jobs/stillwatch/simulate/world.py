"""What is the world outside the accounts: countries, carriers, clients, models, mail domains?

Small public pools with real imbalance, so that honest strangers share networks and clients as they
do in life. Addresses and system numbers are fictional (numbers from the private-use range).
"""

import numpy as np

from stillwatch.simulate.hashing import F64, I64, U64, cumulative, fold
from stillwatch.simulate.texts.languages import LANGUAGES

# country, weight, hours from UTC, shares of languages
COUNTRIES: list[tuple[str, float, float, dict[str, float]]] = [
    ("US", 24, -6, {"en": 0.92, "es": 0.06, "zh": 0.02}),
    ("IN", 12, 5.5, {"en": 1.0}),
    ("GB", 6, 0, {"en": 0.98, "ar": 0.02}),
    ("DE", 6, 1, {"de": 0.7, "en": 0.25, "tr": 0.05}),
    ("FR", 5, 1, {"fr": 0.75, "en": 0.2, "ar": 0.05}),
    ("BR", 6, -3, {"pt": 0.85, "en": 0.15}),
    ("ES", 3, 1, {"es": 0.8, "en": 0.2}),
    ("MX", 4, -6, {"es": 0.85, "en": 0.15}),
    ("JP", 6, 9, {"ja": 0.85, "en": 0.15}),
    ("CA", 3, -5, {"en": 0.8, "fr": 0.2}),
    ("AU", 3, 10, {"en": 1.0}),
    ("SG", 2.5, 8, {"en": 0.75, "zh": 0.25}),
    ("TW", 2.5, 8, {"zh": 0.8, "en": 0.2}),
    ("TR", 2.5, 3, {"tr": 0.8, "en": 0.2}),
    ("PL", 2, 1, {"en": 1.0}),
    ("NL", 2, 1, {"en": 1.0}),
    ("AR", 2, -3, {"es": 0.9, "en": 0.1}),
    ("PT", 1.5, 0, {"pt": 0.75, "en": 0.25}),
    ("UA", 1.5, 2, {"ru": 0.4, "en": 0.6}),
    ("KZ", 1, 5, {"ru": 0.8, "en": 0.2}),
    ("EG", 1.5, 2, {"ar": 0.75, "en": 0.25}),
    ("AE", 1.5, 4, {"ar": 0.4, "en": 0.6}),
    ("NG", 2, 1, {"en": 1.0}),
    ("KE", 1, 3, {"en": 1.0}),
    ("HK", 1.5, 8, {"zh": 0.6, "en": 0.4}),
]
CODES = [row[0] for row in COUNTRIES]
COUNTRY_CUM = cumulative([row[1] for row in COUNTRIES])
OFFSETS = np.array([row[2] for row in COUNTRIES])
LANGUAGE_CUM = np.cumsum([[row[3].get(x, 0.0) for x in LANGUAGES] for row in COUNTRIES], axis=1)

CARRIERS = 6  # a country, of which the first has most subscribers
CARRIER_CUM = cumulative([0.34, 0.24, 0.16, 0.12, 0.08, 0.06])
CLOUDS, VPNS = 14, 12
ZIPF_CLOUD = cumulative(1.0 / np.arange(1, CLOUDS + 1) ** 1.1)
ZIPF_VPN = cumulative(1.0 / np.arange(1, VPNS + 1) ** 0.9)
FIRST_ASN = 64512
ASN_OF_CLOUD = FIRST_ASN + len(COUNTRIES) * CARRIERS
ASN_OF_VPN = ASN_OF_CLOUD + CLOUDS
ASN_OF_CAMPUS = ASN_OF_VPN + VPNS  # 200 of them, a campus or an office each

# user agent, class, weight, its usual TLS fingerprint
_APP = [
    (f"{name}/{version} ({system})", "app", weight, ja4)
    for name, version, system, weight, ja4 in (
        ("chat-web", "5.12", "Windows NT 10.0", 30, 0),
        ("chat-web", "5.12", "Macintosh", 18, 1),
        ("chat-ios", "3.8.1", "iPhone", 22, 2),
        ("chat-ios", "3.7.9", "iPhone", 7, 2),
        ("chat-android", "3.8.0", "Android 15", 20, 3),
        ("chat-android", "3.6.2", "Android 13", 6, 3),
        ("chat-desktop", "1.9.2", "Windows NT 10.0", 8, 0),
        ("chat-desktop", "1.9.2", "Macintosh", 7, 1),
        ("chat-web", "5.11", "X11; Linux", 4, 4),
        ("chat-web", "5.12", "iPad", 3, 2),
        ("chat-web", "5.09", "Windows NT 10.0", 2, 5),
        ("browser-extension", "0.9", "chrome", 2, 5),
    )
]
_SDK = [
    (f"{name}/{version}", "sdk", weight, ja4)
    for name, version, weight, ja4 in (
        ("python-sdk", "1.14.1", 30, 6),
        ("python-sdk", "1.13.0", 14, 6),
        ("python-sdk", "1.9.4", 6, 7),
        ("node-sdk", "4.2.0", 20, 8),
        ("node-sdk", "4.0.7", 7, 8),
        ("go-sdk", "0.8.1", 5, 9),
        ("java-sdk", "2.1.0", 5, 10),
        ("compat-client/python", "1.40", 8, 6),
        ("curl", "8.5.0", 3, 11),
        ("python-requests", "2.32.3", 6, 7),
        ("axios", "1.7.2", 5, 8),
        ("okhttp", "4.12.0", 3, 10),
        ("coding-agent-cli", "0.31", 14, 8),
        ("coding-agent-cli", "0.30", 5, 8),
        ("editor-plugin", "2.4", 10, 12),
        ("gateway", "1.48.2", 7, 6),
        ("aiohttp", "3.9.5", 4, 7),
        ("rust-client", "0.5", 2, 13),
    )
]
AGENTS = _APP + _SDK
AGENT_TEXT = [row[0] for row in AGENTS]
JA4_TEXT = [
    f"t13d{1500 + 11 * (k % 5)}h2_{fold(7, k)[0]:012x}"[:23] + f"_{fold(8, k)[0] >> 16:012x}"
    for k in range(14)
]
AGENT_JA4 = np.array([row[3] for row in AGENTS])
APP_CUM = cumulative([float(row[2]) for row in _APP])
SDK_CUM = cumulative([float(row[2]) for row in _SDK])
# Harnesses and proxies prefer what is common: popular clients, large carriers.
COMMON_SDK_CUM = cumulative([float(row[2]) ** 1.5 for row in _SDK])
LARGE_COUNTRY_CUM = cumulative([row[1] ** 1.7 for row in COUNTRIES])
LARGE_CARRIER_CUM = cumulative(np.diff(CARRIER_CUM, prepend=0.0) ** 1.7)

MAIL = [
    "postbox.example",
    "quickmail.example",
    "letters.example",
    "cloudpost.example",
    "mymail.example",
    "inbox.example",
    "northpost.example",
    "mailroom.example",
    "swiftbox.example",
    "drop.example",
    "tenminutes.example",
    "uni-mail.example",
]
MAIL_CUM = cumulative([34, 20, 12, 9, 7, 6, 4, 3, 2, 1.2, 0.8, 1])
TIERS = ["free", "pro", "team", "enterprise", "api"]
TIER_CUM = cumulative([0.5, 0.32, 0.08, 0.03, 0.07])
PUBLIC_FRAMEWORKS = 30
FRAMEWORK_CUM = cumulative(1.0 / np.arange(1, PUBLIC_FRAMEWORKS + 1) ** 1.2)

_FIRST_OCTETS = np.array(
    [k for k in range(11, 223) if k not in (100, 127, 169, 172, 192, 198, 203)], dtype=np.uint64
)


def prefix(asn: I64, index: U64) -> I64:
    """The /24 (its first 24 bits) of the index-th block of a network: fictional, stable."""
    key = fold(asn, index, "prefix")
    first = _FIRST_OCTETS[(key % np.uint64(len(_FIRST_OCTETS))).astype(np.int64)]
    return ((first << np.uint64(16)) | ((key >> np.uint64(20)) & np.uint64(0xFFFF))).astype(
        np.int64
    )


def country_of_asn(asn: I64, otherwise: I64) -> I64:
    """The country index of a carrier; of a cloud, a VPN or a campus, the one given."""
    carrier = (asn >= FIRST_ASN) & (asn < ASN_OF_CLOUD)
    return np.where(carrier, (asn - FIRST_ASN) // CARRIERS, otherwise)


def rhythm_table() -> tuple[list[str], F64, F64]:
    """Names of rhythms, their hours of the day (local; 24 columns) and days of the week."""
    human = [2, 1, 0.6, 0.4, 0.4, 0.8, 2, 4, 6, 7, 7, 7, 6, 7, 7, 7, 7, 7, 7, 8, 9, 9, 7, 4]
    office = [0.1] * 7 + [2, 8, 10, 10, 9, 5, 9, 10, 9, 8, 4, 1, 0.5, 0.4, 0.3, 0.2, 0.1]
    evening = [1, 0.3, 0.1, 0.1, 0.1, 0.1, 0.5, 1, 2, 2, 2, 2, 2, 2, 3, 4, 6, 8, 9, 10, 10, 9, 6, 3]
    app = [4, 3, 3, 3, 3, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 5, 4]
    nightly = [30, 20, 6, 3, 1] + [0.15] * 19
    flat = [1.0] * 24
    days = [1.0, 1.05, 1.05, 1.0, 0.95, 0.75, 0.7]
    work = [1.0, 1.05, 1.05, 1.0, 0.9, 0.12, 0.1]
    level = [1.0] * 7
    table = {
        "human": (human, days), "office": (office, work), "evening": (evening, days),
        "app": (app, days), "nightly": (nightly, level), "launch": (human, days),
        "organic": (human, days), "shifts": (flat, level), "balanced": (flat, level),
        "constant": (flat, level),
    }  # fmt: skip
    hours = np.array([row[0] for row in table.values()], dtype=np.float64)
    week = np.array([row[1] for row in table.values()], dtype=np.float64)
    return list(table), hours, week
