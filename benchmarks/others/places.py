"""Where do accounts come from, what do they speak, and which software do they use?

No name here is a company's or a product's: domains are under names reserved for examples.
"""

# Weight, and hours east of UTC.
_COUNTRIES = {
    "US": (22, -6),
    "IN": (10, 5),
    "DE": (7, 1),
    "GB": (7, 0),
    "BR": (6, -3),
    "JP": (6, 9),
    "FR": (5, 1),
    "CN": (5, 8),
    "CA": (4, -5),
    "KR": (3, 9),
    "NL": (3, 1),
    "ES": (3, 1),
    "MX": (3, -6),
    "PL": (2, 1),
    "IR": (2, 3),
    "RU": (2, 3),
    "NG": (2, 1),
    "VN": (2, 7),
    "ID": (2, 7),
    "AU": (2, 10),
    "SE": (1, 1),
    "TR": (2, 3),
    "KE": (1, 3),
    "AR": (1, -3),
    "EG": (1, 2),
}
COUNTRIES = {country: weight for country, (weight, _) in _COUNTRIES.items()}
ZONES = {country: zone for country, (_, zone) in _COUNTRIES.items()}

LANGUAGES = {
    "english": 80,
    "chinese": 5,
    "spanish": 5,
    "japanese": 4,
    "persian": 3,
    "russian": 2,
    "hindi": 1,
}
SPOKEN_IN = {
    "chinese": ["CN"],
    "spanish": ["ES", "MX", "AR"],
    "japanese": ["JP"],
    "persian": ["IR"],
    "russian": ["RU"],
    "hindi": ["IN"],
}
MAIL_DOMAINS = {
    "postbox.example": 45,
    "quickmail.example": 14,
    "letters.example": 6,
    "cloudpost.example": 6,
    "mymail.example": 4,
    "inbox.example": 4,
    "northpost.example": 2,
    "mailroom.example": 2,
    "swiftbox.example": 3,
    "drop.example": 2,
}
# What a firm's own domain ends in.
FIRM_DOMAINS = ["example.com", "example", "example.org", "example.net", "test", "invalid"]
TIERS = {"free": 25, "build": 45, "scale": 25, "enterprise": 5}

# Each library is in use in several versions, each program in one.
LIBRARIES = [
    "python-sdk",
    "node-sdk",
    "go-sdk",
    "java-sdk",
    "shell-client",
    "compat-client",
    "mobile-sdk",
    "async-client",
]
PROGRAMS = [
    "chat-web/5.12 (desktop)",
    "chat-web/5.12 (laptop)",
    "chat-app/3.8 (tablet)",
    "chat-app/7.2 (phone)",
    "coding-agent-cli/0.9.3",
]
