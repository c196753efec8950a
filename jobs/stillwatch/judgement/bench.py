"""In which order are groups judged, and with which of their accounts?

The strongest group first. An account that a campaign explains is no evidence in a later group:
users of a public harness are not suspect because campaigns use it too, so the others have to bear
the verdict alone. Where hardly any others are left, or where they share instruments with those that
are explained, the group may be the same pool's second campaign, and stays whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from stillwatch.config import JudgeSettings
from stillwatch.judgement.chances import with_chances
from stillwatch.judgement.crowds import crowd
from stillwatch.judgement.grouping import split
from stillwatch.judgement.instruments import owned
from stillwatch.judgement.leads import Lead
from stillwatch.judgement.profiles import SUMS, Profiles
from stillwatch.judgement.terms import MAX_PLACES, THEIRS, Group, Population, Sums
from stillwatch.judgement.verdict import Verdict, judge
from stillwatch.kernels.proportion import clustered
from stillwatch.tables.gold import ACCUSING

NO_SENDERS = pl.DataFrame(schema={"senders": pl.Int64, "prompts": pl.Int64, "exchanges": pl.Int64})


@dataclass(frozen=True)
class Judged:
    """A group with its verdict.

    Attributes:
        number: Of the group.
        group: All its accounts.
        on: What the verdict rests on: its accounts that no stronger group explains, or all where
            hardly any are left; never guests.
        guests: Its accounts that were taken in for their instruments.
        verdict: On those.
        first_ts, last_ts: Of its exchanges; None where it has none.
        capabilities: name, share, low, high, in order of share; 95 % over accounts.
    """

    number: int
    group: Group
    on: Group
    guests: list[str]
    verdict: Verdict
    first_ts: Any
    last_ts: Any
    capabilities: list[dict[str, Any]]

    @property
    def rested(self) -> list[str]:
        """The accounts that the verdict rests on."""
        return self.on.members["account_id"].to_list()


class Bench:
    """Builds groups from profiles and judges them."""

    def __init__(
        self,
        profiles: Profiles,
        members: pl.DataFrame,
        guests: pl.DataFrame,
        settings: JudgeSettings,
        leads: Mapping[int, Lead] | None = None,
        alike: pl.DataFrame | None = None,
    ) -> None:
        """Of these profiles.

        Args:
            profiles: Of the week.
            members: group, account_id.
            guests: Those of them that were taken in for their instruments, and so prove nothing.
            settings: Weights and thresholds.
            leads: Of earlier weeks, by the group that continues each.
            alike: group, other: whose traces most of a group's exchanges carry as well.
        """
        self.settings = settings
        self.leads = leads or {}
        self.members = split(members)
        self.guests = {n: set(part["account_id"]) for n, part in split(guests).items()}
        self.sent = split(profiles.sent)
        self.senders = split(profiles.senders)
        self.capabilities = split(profiles.capabilities)
        self.instruments = profiles.instruments
        self.accounts = profiles.accounts
        population = profiles.population.row(0, named=True)
        self.everyone = Population(
            accounts=profiles.accounts,
            capabilities=_pairs(profiles.population_capabilities, "capability", "exchanges"),
            popularity=profiles.popularity,
            days=profiles.days,
            **{name: int(population[name] or 0) for name in SUMS},
        )
        self.crowds = {} if alike is None else self._crowds(alike)

    def _crowds(self, alike: pl.DataFrame) -> dict[int, dict[int, Sums]]:
        """What the unrelated people sent who send the same as a group, crowd by crowd."""
        found: dict[int, dict[int, Sums]] = {}
        held = owned(self.instruments, self.settings)
        for number, other in alike.sort("group", "other").iter_rows():
            if not self.members.keys() >= {number, other}:
                continue
            mine, theirs = (self.members[n].select("account_id") for n in (number, other))
            rest = crowd(mine, theirs, held, self.settings)
            if rest is not None:
                found.setdefault(number, {})[other] = self.sums(other, rest)
        return found

    def sums(self, number: int, keys: pl.DataFrame) -> Sums:
        """What these accounts sent in a group's name."""
        sent = self._of(self.sent, number, keys)
        return Sums(
            exchanges=_total(sent, "exchanges"),
            elicits=_total(sent, "elicits"),
            grades=_total(sent, "grades"),
            output_tokens=_total(sent, "output_tokens"),
            capabilities=_by_capability(self._of(self.capabilities, number, keys)),
        )

    def judge(self) -> list[Judged]:
        """All groups, in the order of their numbers.

        Who would be accused is nobody's crowd: where somebody is, all are judged once more.
        """
        while True:
            judged = self._judged()
            accused = {one.number for one in judged if one.verdict.verdict in ACCUSING}
            kept = {
                number: {
                    n: sums for n, sums in crowds.items() if not self._pool(n, number, accused)
                }
                for number, crowds in self.crowds.items()
            }
            if kept == self.crowds:
                return [self._told(one) for one in judged]
            self.crowds = kept

    def _told(self, one: Judged) -> Judged:
        """The same with chances that weigh nothing."""
        terms = with_chances(one.verdict.terms, one.on, self.everyone, self.settings)
        return replace(one, verdict=replace(one.verdict, terms=terms))

    def _pool(self, crowd: int, number: int, accused: set[int]) -> bool:
        """Whether a group's crowd would be accused by itself, without the group's accounts."""
        if crowd not in accused:
            return False
        others = self.group(crowd, without=set(self.members[number]["account_id"]))
        verdict = judge(others, self.everyone, len(self.members), self.settings)
        return verdict.verdict in ACCUSING

    def _judged(self) -> list[Judged]:
        whole = {number: self.group(number, self.guests.get(number)) for number in self.members}
        tests = len(whole)
        first = {n: judge(g, self.everyone, tests, self.settings) for n, g in whole.items()}
        claimed: set[str] = set()  # members of accused groups
        visitors: set[str] = set()  # their guests, who bind nobody to them
        judged = []
        for number in sorted(first, key=lambda n: (-first[n].log_odds, n)):
            rested, verdict = whole[number], first[number]
            guests = self.guests.get(number, set())
            everyone = set(self.members[number]["account_id"])
            accounts = everyone - guests
            own = accounts - (visitors - claimed) or accounts
            if self.apart(number, own, claimed):
                rested = self.group(number, without=everyone - own | claimed)
                verdict = judge(rested, self.everyone, tests, self.settings)
            if verdict.verdict in ACCUSING:
                claimed |= accounts
                visitors |= guests
            sent = self.sent.get(number)
            judged.append(
                Judged(
                    number,
                    self.group(number) if guests else whole[number],
                    rested,
                    sorted(guests),
                    verdict,
                    sent["first_ts"].min() if sent is not None else None,
                    sent["last_ts"].max() if sent is not None else None,
                    _shares(self.capabilities.get(number)),
                )
            )
        return sorted(self.kept(judged, whole, claimed, tests), key=lambda one: one.number)

    def kept(
        self, judged: list[Judged], whole: dict[int, Group], claimed: set[str], tests: int
    ) -> list[Judged]:
        """The groups, as leads where only a lead of an earlier week ties them.

        Asked after all others, and of whole groups: what was a lead were all its accounts, not
        those that a stronger group leaves.

        Args:
            judged: In the order in which they were.
            whole: Each with all its accounts but guests.
            claimed: Members of accused groups.
            tests: Groups judged.
        """
        claimed = set(claimed)
        made = []
        for one in judged:
            lead = self.leads.get(one.number)
            accounts = set(whole[one.number].members["account_id"])
            if (
                lead is not None
                and one.verdict.verdict not in ACCUSING
                and len(one.rested) == len(accounts)
                and not self.apart(one.number, accounts, claimed)
            ):
                verdict = judge(whole[one.number], self.everyone, tests, self.settings, lead)
                if verdict.verdict in ACCUSING:
                    one = replace(one, verdict=verdict)
                    claimed |= accounts
            made.append(one)
        return made

    def apart(self, number: int, accounts: set[str], claimed: set[str]) -> bool:
        """Whether enough of a group's accounts are of no accused group, nor bound to those."""
        left = len(accounts - claimed) / len(accounts)
        some = self.settings.min_unclaimed <= left < 1
        return some and not self.bound(number, accounts, claimed)

    def bound(self, number: int, accounts: set[str], claimed: set[str]) -> bool:
        """Whether enough of a group's other accounts share an instrument with its claimed ones."""
        members = self.members[number].filter(pl.col("account_id").is_in(list(accounts)))
        held = self.instruments.filter(pl.col("holders") <= self.settings.max_pool).join(
            members, on="account_id", how="semi"
        )
        is_claimed = pl.col("account_id").is_in(list(claimed))
        shared = held.filter(is_claimed).select("layer", "trace").unique()
        others = held.filter(~is_claimed).join(shared, on=["layer", "trace"], how="semi")
        rest = members.filter(~is_claimed).height
        return others["account_id"].n_unique() >= self.settings.min_bound_accounts * rest

    def group(self, number: int, without: set[str] | None = None) -> Group:
        """Sums over a group's accounts, or over those not in `without`, beside its crowds'."""
        members = self.members[number]
        if without:
            members = members.filter(~pl.col("account_id").is_in(list(without)))
        keys = members.select("account_id")
        sums = self.sums(number, keys)
        known = members.join(self.accounts, on="account_id", how="inner").sort("account_id")
        # What accounts of one declared organisation share among themselves is that organisation's.
        owner = pl.coalesce("org_id", "account_id").alias("owner")
        held = self.instruments.join(known.select("account_id", owner), on="account_id")
        tying = held.with_columns(members=pl.col("owner").n_unique().over("layer", "trace")).filter(
            (pl.col("members") > 1)
            & ((pl.col("layer") != "network") | (pl.col("members") * THEIRS >= pl.col("holders")))
        )
        sharing = tying.group_by("layer").agg(pl.col("owner").n_unique())
        return Group(
            members=known,
            instruments=held.group_by("layer", "trace", "holders")
            .agg(pl.col("owner").n_unique().cast(pl.Int64).alias("members"))
            .sort("layer", "trace"),
            senders=self.senders.get(number, NO_SENDERS),
            sharing=dict(sharing.iter_rows()),
            bridged=self.bridged(known),
            tying=tying.select("layer", "trace", "account_id"),
            places=self.places(known),
            span_exchanges=_total(self._of(self.sent, number, keys), "span_exchanges"),
            crowds=tuple(self.crowds.get(number, {}).values()),
            **asdict(sums),
        )

    def places(self, known: pl.DataFrame) -> pl.DataFrame:
        """Each account behind one of the group's largest networks: the largest that it uses."""
        networks = self.instruments.filter(pl.col("layer") == "network").join(
            known, on="account_id", how="semi"
        )
        largest = (
            networks.group_by("trace")
            .agg(pl.len())
            .filter(pl.col("len") > 1)
            .sort("len", "trace", descending=[True, False])
            .head(MAX_PLACES)
            .with_row_index("place")
        )
        return (
            networks.join(largest, on="trace")
            .group_by("account_id")
            .agg(pl.col("place").min().cast(pl.Int64))
            .sort("account_id")
        )

    def bridged(self, known: pl.DataFrame) -> float | None:
        """Of the ties among accounts other than payments, the share between different payers.

        As for instruments, n accounts on one trace are tied n - 1 times, and p payers among them
        p - 1 times.
        """
        paid = known.select("account_id", "payment_hash").drop_nulls()
        held = self.instruments.filter(
            pl.col("layer") != "payment", pl.col("holders") <= self.settings.max_pool
        ).join(paid, on="account_id")
        each = held.group_by("layer", "trace").agg(
            (pl.len() - 1).alias("ties"), (pl.col("payment_hash").n_unique() - 1).alias("across")
        )
        ties = int(each["ties"].cast(pl.Int64).sum())
        return int(each["across"].cast(pl.Int64).sum()) / ties if ties else None

    @staticmethod
    def _of(parts: dict[int, pl.DataFrame], number: int, keys: pl.DataFrame) -> pl.DataFrame | None:
        part = parts.get(number)
        return None if part is None else part.join(keys, on="account_id", how="semi")


def _shares(sent: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Capabilities of a group with intervals: account_id, capability, exchanges, summed."""
    if sent is None:
        return []
    wide = sent.pivot(
        "capability", index="account_id", values="exchanges", aggregate_function="sum"
    ).fill_null(0)
    counts = {name: wide[name].to_numpy() for name in wide.columns if name != "account_id"}
    wholes = np.sum(list(counts.values()), axis=0)
    rows = []
    for name, parts in counts.items():
        share, low, high = clustered(parts, wholes)
        rows.append({"name": name, "share": share, "low": low, "high": high})
    return sorted(rows, key=lambda row: (-float(row["share"]), str(row["name"])))


def _by_capability(sent: pl.DataFrame | None) -> dict[str, int]:
    if sent is None:
        return {}
    summed = sent.group_by("capability").agg(pl.col("exchanges").sum()).sort("capability")
    return _pairs(summed, "capability", "exchanges")


def _pairs(frame: pl.DataFrame, key: str, value: str) -> dict[str, Any]:
    return dict(zip(frame[key], frame[value], strict=True))


def _total(frame: pl.DataFrame | None, name: str) -> int:
    return 0 if frame is None else int(frame[name].sum() or 0)
