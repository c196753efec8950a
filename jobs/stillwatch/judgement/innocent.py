"""Which innocent explanation fits a group, and how much does it speak against a campaign?

Each function recognises one way in which honest accounts come to look alike; it returns a term with
a negative weight, or None. The term's name is the explanation, as the verdict words it. What an
explanation accounts for no longer speaks for coordination: one payer explains that the payment is
shared and that the accounts were opened together.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from stillwatch.judgement.leads import FAMILY as EARLIER
from stillwatch.judgement.queues import dealt, repeated
from stillwatch.judgement.terms import INNOCENT, MAX_PLACES, THEIRS, Group, Population, Term

SOFTWARE = "public software in unrelated hands"
# A team, or a few that use the same product, with a payer each.
MAX_TEAM = 60
MAX_PAYERS = 5
MANY_PAYERS = 4  # from so many on teams must stand apart
MAX_BRIDGED = 0.2
# Networks of a firm in which its product runs, and what pays for it.
MAX_OFFICES = 2
MAX_CARDS = 4


def _largest(group: Group, everyone: Population, column: str) -> tuple[float, float]:
    """Share of the accounts that have their commonest value, and of all accounts that have it."""
    known = group.members[column].drop_nulls()
    if not known.len():
        return 0.0, 0.0
    counts = known.value_counts().sort("count", column, descending=True)
    theirs = (everyone.accounts[column] == counts[column][0]).sum()
    return counts["count"][0] / group.members.height, theirs / everyone.accounts.height


def _term(
    name: str, observed: float, expected: float | None, weight: float, statement: str, layer: str
) -> Term:
    return Term(name, INNOCENT, observed, expected, None, weight, statement, layer)


def one_organisation(group: Group, everyone: Population) -> Term | None:
    """Accounts of one declared organisation may share everything."""
    share, usual = _largest(group, everyone, "org_id")
    if share < 0.7:
        return None
    return _term(
        "one declared organisation",
        share,
        usual,
        -8.0,
        f"{share:.0%} of the accounts belong to one declared organisation",
        "accounts",
    )


def registered_reseller(group: Group, everyone: Population) -> Term | None:
    """Accounts of a registered reseller share its payment and network, not each other's aims."""
    share, usual = _largest(group, everyone, "reseller_id")
    if share < 0.7:
        return None
    return _term(
        "a registered reseller's customers",
        share,
        usual,
        -5.0,
        f"{share:.0%} of the accounts belong to one registered reseller",
        "accounts",
    )


def one_payer(group: Group, everyone: Population) -> Term | None:
    """An agency, a start-up or a family pays for all its accounts with one instrument, or two."""
    if group.members.height > MAX_TEAM:
        return None
    known = group.members["payment_hash"].drop_nulls()
    counts = known.value_counts().sort("count", "payment_hash", descending=True)
    paid = counts["count"]
    for payers in range(1, MAX_PAYERS + 1):
        covered = int(paid.head(payers).sum())
        share = covered / group.members.height
        # A pool has a payer for every few accounts: the more there are, the more each has to pay
        # for before they are those of teams that use one product. Nor do teams meet: a network of
        # a pool serves accounts of several payers, and so does what it replays.
        apart = payers < MANY_PAYERS or (group.bridged or 0.0) <= MAX_BRIDGED
        enough = share >= (0.7 if payers == 1 else 0.85) and _pay_for_teams(payers, covered)
        if enough and apart:
            theirs = counts["payment_hash"].head(payers).implode()
            everyones = int(everyone.accounts["payment_hash"].is_in(theirs).sum())
            return _term(
                "one payer for a small team",
                share,
                everyones / everyone.accounts.height,
                -5.0,
                f"{payers} instrument{'s pay' if payers > 1 else ' pays'} for {share:.0%} of these "
                f"{group.members.height} accounts, as for an agency, a start-up or a family",
                "payment",
            )
    return None


def _pay_for_teams(payers: int, covered: int) -> bool:
    """Whether so many payers each pay for enough accounts to be those of teams."""
    return covered >= 3 * payers * (payers - 1)


def one_place(group: Group, everyone: Population) -> Term | None:
    """Classes or offices sit behind a network each, every person with a payment of their own."""
    networks = group.instruments.filter(pl.col("layer") == "network", pl.col("members") > 1)
    if not networks.height:
        return None
    # Those to whom items are dealt are no class of people in several places.
    places = 1 if dealt(group) is not None else MAX_PLACES
    largest = networks.sort("members", "holders", descending=True).head(places)
    share = min(1.0, int(largest["members"].sum()) / group.members.height)
    known = group.members["payment_hash"].drop_nulls()
    payers = known.n_unique()
    own = _paid_where_they_are(group)
    # People pay for themselves, but for the odd couple; a pool shares its instruments. Free
    # accounts pay nothing, so that the place has to say more; not knowing who pays is no alibi.
    free = known.len() < 0.5 * group.members.height
    everyone_pays = everyone.accounts["payment_hash"].drop_nulls().len()
    unknown = free and everyone_pays < 0.5 * everyone.accounts.height
    if unknown or share < (0.7 if free else 0.5) or own < 0.8:
        return None
    paying = (
        "hardly any of them pays"
        if free
        else f"{payers} instruments pay for {group.members.height} accounts"
    )
    return _term(
        "people in one place",
        share,
        min(1.0, int(largest["holders"].sum()) / everyone.accounts.height),
        -4.0,
        f"{share:.0%} of the accounts share {places} network{'s' if places > 1 else ''} while "
        f"{paying}, as in a class, an office or behind one carrier",
        "network",
    )


def _paid_where_they_are(group: Group) -> float:
    """Share of the paid accounts that pay for themselves, or all by the one payer of their place.

    A class signs up with vouchers of one instrument, an office pays for its staff: such a payer
    pays for nearly all of a place and for hardly anyone elsewhere. That of a pool does not.
    """
    paid = group.members.select("account_id", "payment_hash").drop_nulls()
    if not paid.height:
        return 1.0
    everywhere = paid.group_by("payment_hash").agg(pl.len().alias("all"))
    behind = paid.join(group.places, on="account_id")
    here = behind.group_by("place", "payment_hash").agg(pl.len().alias("here"))
    sizes = behind.group_by("place").agg(pl.len().alias("size"))
    of_a_place = (
        here.join(sizes, on="place")
        .join(everywhere, on="payment_hash")
        .filter(
            pl.col("here") >= 3,
            pl.col("here") >= 0.7 * pl.col("size"),
            pl.col("here") >= 0.8 * pl.col("all"),
        )
    )
    # The more such payers, the more each pays for, as of teams with a payer each.
    payers, covered = of_a_place.height, int(of_a_place["all"].cast(pl.Int64).sum())
    if not _pay_for_teams(payers, covered):
        of_a_place, covered = of_a_place.clear(), 0
    rest = paid.join(of_a_place, on="payment_hash", how="anti")
    return (covered + rest["payment_hash"].n_unique()) / paid.height


def public_framework(group: Group, everyone: Population) -> Term | None:
    """A harness in common and nothing else."""
    by_clause = group.span_exchanges / group.exchanges if group.exchanges else 0.0
    if by_clause > 0.3 or not group.exchanges:
        return None
    return _term(
        SOFTWARE,
        1 - by_clause,
        None,
        -2.0,
        f"{1 - by_clause:.0%} of the exchanges have only a system prompt or tools in common, as "
        "users of one public framework have",
        "system_prompt",
    )


def one_product(group: Group, everyone: Population) -> Term | None:
    """A firm's product is one system prompt in a few accounts, at all hours, behind its office.

    An office and a tunnel are two networks. Its payers are few, or its people pay for themselves.
    """
    by_clause = group.span_exchanges / group.exchanges if group.exchanges else 1.0
    if by_clause > 0.3 or group.members.height > MAX_TEAM:
        return None
    networks = group.instruments.filter(pl.col("layer") == "network", pl.col("members") > 1)
    largest = networks.sort("members", "holders", descending=True).head(1)
    share = int(largest["members"].sum()) / group.members.height
    own = networks.filter(pl.col("members") * THEIRS >= pl.col("holders"))
    paid = group.members["payment_hash"].drop_nulls()
    is_pools = MAX_CARDS < paid.n_unique() < 0.8 * paid.len()
    if share < 0.7 or own.height > MAX_OFFICES or is_pools:
        return None
    return _term(
        "one firm's product",
        share,
        int(largest["holders"].sum()) / everyone.accounts.height,
        -4.0,
        f"{share:.0%} of these {group.members.height} accounts share one network, and in "
        f"{1 - by_clause:.0%} of the exchanges only a system prompt or tools, as accounts of a "
        "firm do in which its product runs",
        "network",
    )


def copied_prompt(group: Group, everyone: Population) -> Term | None:
    """A prompt that people copy is the same in every account and a small part of each one's use."""
    again = repeated(group)
    focus = group.exchanges / max(1, int(group.members["n"].sum()))
    if again < 0.5 or dealt(group) is not None:
        return None
    weight = -5.0 if focus < 0.5 else -1.5
    return _term(
        "a prompt that people copy",
        again,
        None,
        weight,
        f"{again:.0%} of the exchanges repeat a prompt that another account sent word for word, "
        f"in {focus:.0%} of the accounts' traffic",
        "prompt_span",
    )


def public_questions(group: Group, everyone: Population) -> Term | None:
    """A published benchmark has the same questions for all who run it, each on a sample.

    Those who run it have other work besides. So have a class with one assignment, and people who
    pass a prompt on with words of their own: the term cannot tell these from each other.
    """
    again = repeated(group)
    focus = group.exchanges / max(1, int(group.members["n"].sum()))
    if not 0.1 <= again < 0.5 or dealt(group) is not None:
        return None
    return _term(
        "a public set of questions",
        again,
        None,
        -6.0 if focus < 0.5 else -4.0,
        f"{again:.0%} of the exchanges repeat a prompt that another account sent word for word, "
        f"in {focus:.0%} of the accounts' traffic, as where several parties draw on one published "
        "benchmark, a class on one assignment, or people vary a prompt that is passed on",
        "prompt_span",
    )


TIES = frozenset({"payment", "network", "replay", "reuse", "sign-up", "queue", "activity", EARLIER})
EXPLAINS: dict[str, frozenset[str]] = {
    "one declared organisation": TIES,
    "a registered reseller's customers": frozenset({"payment", "network", EARLIER}),
    "one payer for a small team": TIES,
    "people in one place": frozenset({"network", "sign-up", "activity", EARLIER}),
    "one firm's product": frozenset({"network", "sign-up", "activity", EARLIER}),
    # What is public ties nobody, neither now nor then.
    SOFTWARE: frozenset({EARLIER}),
    "a public set of questions": frozenset({EARLIER}),
    "a prompt that people copy": frozenset({EARLIER}),
}

EXPLANATIONS: tuple[Callable[[Group, Population], Term | None], ...] = (
    one_organisation,
    registered_reseller,
    one_payer,
    one_place,
    public_framework,
    one_product,
    copied_prompt,
    public_questions,
)
