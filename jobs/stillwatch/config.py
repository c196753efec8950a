"""Which settings shape a week, and the mathematics behind each default?

Frozen, standard library only. `fingerprint()` names the settings in every publication, so that two
weeks with the same fingerprint were judged alike.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class IngestSettings:
    """Limits of one landing line."""

    max_line_bytes: int = 32 * 1024 * 1024  # a 20 MB prompt is kept, a 50 MB line is set aside
    max_depth: int = 128  # the canonical form needs 8; tool schemas rarely pass 20
    max_days_from_folder: int = 1  # clocks drift over midnight; more is a wrong clock
    sample_bytes: int = 1024
    rows_per_batch: int = 4096


@dataclass(frozen=True)
class TraceSettings:
    """What becomes a trace."""

    words: int = 6  # six words in a row are rarely shared by chance
    window: int = 8  # any 6 + 8 - 1 = 13 shared words leave a common fingerprint
    # A prompt of 100,000 words is one document, not 10,000 clauses: past this many fingerprints
    # the smallest hashes are kept, the same ones in every account.
    max_spans: int = 256
    # Of the fingerprints of answers one in four is kept: an answer has some sixty, and only whether
    # it came back is asked. Two of them are some fifty words in a row, which nobody types anew.
    sampled: int = 4
    min_reused_spans: int = 2
    # 2 bands of 5: a pair of prompts of similarity 0.9 meets with chance 0.83, of 0.5 with 0.06.
    bands: int = 2
    band_rows: int = 5
    min_near_chars: int = 80  # of shorter prompts everyone has the same
    min_system_chars: int = 24  # "You are a helpful assistant." says nothing of who wrote it
    ipv4_prefix: int = 24
    ipv6_prefix: int = 48


@dataclass(frozen=True)
class LinkSettings:
    """When two accounts are linked."""

    # A trace that so few hold pairs them whatever it is.
    max_rare: int = 25
    # Up to 49 holders of a paired trace are linked pair by pair; beyond, each gets 2 x 24 random
    # links: linear in the rows, and a random graph of degree 48 has no communities of its own.
    neighbours: int = 24
    q_value: float = 0.01
    # A trace is a group's own only if its holders give it this much of their traffic; a phrase
    # that everyone uses once a week is background whatever its holders have in common.
    min_focus: float = 0.2
    min_star_accounts: int = 20
    # A payment or network of more accounts is a carrier, a cloud or a reseller: it pairs nobody.
    max_instrument_accounts: int = 64
    seed: int = 20260223


@dataclass(frozen=True)
class JudgeSettings:
    """How a group is formed and judged."""

    min_accounts: int = 5
    resolution: float = 1.0  # Leiden's, on modularity
    seed: int = 20260223
    # Content is worth a cluster if this many accounts hold it (two people quote one sentence,
    # five rarely) and give it this share of their traffic together: half of what a dilution of
    # one in twenty leaves. At 0.01 phrases of several campaigns weld them together.
    min_holders: int = 5
    min_focus: float = 0.02
    min_bound: float = 0.8  # holders of another trace of the cluster, of what is usual in it
    # A work item is sampled by two to eight accounts; two accounts that meet in four bands (two
    # prompts word for word) are tied; a prompt is a pool's own if nine in ten senders are in it.
    max_sampled: int = 8
    min_meetings: int = 4
    min_own: float = 0.9
    max_units: int = 20_000  # most exchanges first; their overlaps are held in memory
    # An account belongs by at least this many exchanges with the group's traces, which are at
    # least this share of its traffic, and of what the median of the accounts as deep sends.
    min_member_exchanges: int = 2
    min_member_share: float = 0.02
    min_median_share: float = 0.15
    # Traces an exchange, of what the group's middle exchange carries; and units of a cluster that
    # an account holds, of what the account of the middle holding does.
    min_depth: float = 0.5
    # A group of which stronger groups leave less than this explains nothing of its own.
    min_left: float = 0.3
    # It is a part of the group that explains it where this much of its traces comes from its own
    # accounts, and this many of those are the other group's.
    min_part: float = 0.8
    # Two groups of which this much of either's accounts are the other's, and this much of the
    # larger's exchanges carry traces of both, are one: the halves of a template.
    min_together: float = 0.2
    # A clause that hardly anybody but members has is the group's too where this much of the
    # exchanges that carry it are the group's by other clauses; one that was refused, also where
    # this much of those are requests of members that were refused.
    min_beside: float = 0.8
    min_refused: float = 0.5
    # Nor is it a group whose accounts send less than this of what is left with its traces: a phrase
    # that mostly others use is nobody's.
    min_exclusive: float = 0.3
    # At least this share of a group's accounts must be unknown to stronger campaigns for them to be
    # asked alone; below, the group is the same pool.
    min_unclaimed: float = 0.1
    # Nor where so many of them share an instrument with those campaigns' accounts in the group. An
    # instrument of more accounts than this is a carrier or a cloud and binds nobody.
    min_bound_accounts: float = 0.3
    max_pool: int = 64
    # Random sets of accounts of the same size. The least p is 1 / (draws + 1), which times 200
    # judged groups is alpha: in a week with more groups than that activity is no family.
    draws: int = 19_999
    alpha: float = 0.01  # a layer speaks for coordination below this, over all groups judged
    min_family_weight: float = 1.0  # and weighs at least this: a tie of a few is not a group's
    prior: float = -3.0  # of groups that are linked at all, most are innocent: 20 to 1
    min_extracting: float = 1.0  # coordination alone is nobody's offence
    # Of that, this much from what is asked for, more than long answers alone; or the group's traces
    # are this share of all that its accounts send. A phrase in a twentieth of ordinary traffic is
    # neither.
    min_content: float = 1.0
    min_group_focus: float = 0.5
    # Below this the accounts' hours and loads are of other work, and one tie may be an office's.
    min_work_focus: float = 0.15
    confirmed: float = 6.0  # natural log odds: 400 to 1
    probable: float = 3.0  # 20 to 1
    watch: float = 0.0


@dataclass(frozen=True)
class Settings:
    """All settings of a week."""

    ingest: IngestSettings = field(default_factory=IngestSettings)
    traces: TraceSettings = field(default_factory=TraceSettings)
    links: LinkSettings = field(default_factory=LinkSettings)
    judge: JudgeSettings = field(default_factory=JudgeSettings)

    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of all settings."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Key:
    """The lake's secret for HMAC-SHA-256; its id may be shown, the secret never is."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Run:
    """What a transform may know besides its frames.

    Attributes:
        week: Monday of the week, which covers [week, week + 7 days) in UTC.
        settings: The settings in force.
        key: The secret for HMAC-SHA-256.
    """

    week: date
    settings: Settings
    key: Key

    @property
    def end(self) -> date:
        """The Monday after the week, exclusive."""
        return self.week + timedelta(days=7)
