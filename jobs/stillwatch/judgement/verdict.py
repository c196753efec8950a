"""Which verdict follows from the terms, in the open?

The log odds are a prior plus the terms' weights. They order groups and mark the lines between
verdicts; they are not shown as a probability of guilt. `confirmed` and `probable` need a family of
evidence besides the content that formed the group: instruments, a queue or what moved between the
accounts, at a p that holds over all groups judged. Sign-ups and activity, which honest cohorts have
in common, may be the second of two; alone they do only where they are a machine's. What the members
send has to be worth extracting, or to be a fair part of all that they send, or to be that of one
operator who passes for many customers. A feed that is missing lowers the verdict by one, or has it
withheld where it cannot do without, and is said in `limits`. A lead of the last weeks that the
group continues ties it too, where nothing of this week does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stillwatch.config import JudgeSettings
from stillwatch.judgement import leads, operators, queues
from stillwatch.judgement import terms as t
from stillwatch.judgement.activity import even_load, round_the_clock, volume
from stillwatch.judgement.content import asked_for
from stillwatch.judgement.feeds import Limit, limits
from stillwatch.judgement.innocent import EXPLAINS, EXPLANATIONS, SOFTWARE
from stillwatch.judgement.leads import Lead
from stillwatch.judgement.notes import notes
from stillwatch.judgement.terms import COORDINATED, EXTRACTING, INNOCENT, Group, Population, Term

FAMILIES = {
    "shared_payment": "payment",
    "shared_network": "network",
    "shared_signature_replay": "replay",
    "shared_response_reuse": "reuse",
    "sign_ups_in_a_burst": "sign-up",
    "dealt_to_several": "queue",
    "even_load": "activity",
    "round_the_clock": "activity",
    leads.NAME: leads.FAMILY,
}
# A class, the guests of an event or the users of a new product sign up together and work alike.
COHORT = frozenset({"sign-up", "activity"})
# Terms of what is asked for, rather than of how much.
CONTENT = ("targeted_capabilities", "elicited_reasoning", "graded_answers", "long_answers")
# A share of content is usual that weighs less than this, though it is that of most exchanges.
USUAL, MOSTLY = 0.5, 0.5


@dataclass(frozen=True)
class Verdict:
    """A verdict with everything it rests on.

    Attributes:
        verdict: confirmed, probable, watch, reseller, benign or withheld.
        log_odds: Prior plus weights.
        p_value: Smallest p of the coordination terms, times their number.
        terms: What was weighed.
        limits: What it could not rest on.
        explanation: In words.
    """

    verdict: str
    log_odds: float
    p_value: float
    terms: tuple[Term, ...]
    limits: tuple[str, ...]
    explanation: str


def measure(group: Group, everyone: Population, settings: JudgeSettings) -> tuple[Term, ...]:
    """All terms that the group's data allow."""
    found: list[Term | None] = [
        t.shared_instruments(group, everyone, "payment", 3.0),
        t.shared_instruments(group, everyone, "network", 2.5),
        t.shared_instruments(group, everyone, "signature_replay", 3.0),
        t.shared_instruments(group, everyone, "response_reuse", 2.5),
        t.births(group, everyone, 2.5),
        even_load(group, everyone, settings),
        round_the_clock(group, everyone, settings),
    ]
    if group.exchanges:
        found += [
            t.focus(group),
            *asked_for(group, everyone),
            volume(group, everyone),
            queues.sampled(group, 2.5),
            queues.sampled_queue(group),
            queues.one_queue(group),
        ]
    found += [explain(group, everyone) for explain in EXPLANATIONS]
    return tuple(term for term in found if term is not None)


def _cancelled(found: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms, those that an innocent explanation accounts for without weight."""
    explained = {family for term in found for family in EXPLAINS.get(term.name, ())}
    return tuple(
        replace(term, weight=0.0)
        if FAMILIES.get(term.name) in explained and term.weight > 0
        else term
        for term in found
    )


def judge(
    group: Group,
    everyone: Population,
    tests: int,
    settings: JudgeSettings,
    lead: Lead | None = None,
) -> Verdict:
    """The verdict on one group.

    Args:
        group: Its aggregates.
        everyone: The population's.
        tests: Groups judged this week, over which p-values are corrected (Bonferroni).
        settings: Weights' limits and the lines between verdicts.
        lead: Of an earlier week, that the group continues; to be asked only of one that would not
            be accused without.
    """
    measured = measure(group, everyone, settings)
    if lead is not None:
        measured += (leads.term(lead, settings.min_family_weight),)
    found = _cancelled(measured)
    aside = _focus(found) < settings.min_work_focus
    if aside:
        # Their hours and loads are of their other work.
        found = tuple(
            replace(term, weight=0.0) if FAMILIES.get(term.name) == "activity" else term
            for term in found
        )
    missing = limits(group, everyone)
    beside_a_crowd = bool(group.crowds)
    shown = _extracting(found, settings, beside_a_crowd=beside_a_crowd)
    operator = operators.hidden_operator(group, found, settings)
    found += () if operator is None else (operator,)
    odds = settings.prior + sum(term.weight for term in found)
    together = (term for term in found if term.question == COORDINATED)
    tails = [term.p_value for term in together if term.p_value is not None]
    p = min([1.0, *(tail * len(tails) for tail in tails)])
    of_families = (term for term in found if term.name in FAMILIES)
    families = {FAMILIES[term.name] for term in of_families if _counts(term, tests, settings)}
    innocent = [term for term in found if term.question == INNOCENT]
    enough = _extracting(found, settings, beside_a_crowd=beside_a_crowd)
    machines = families >= COHORT and _machines(found, tests, settings)
    name = _name(
        group,
        odds,
        families,
        innocent,
        missing,
        settings,
        enough=enough,
        hidden=enough and not shown,
        machines=machines,
        aside=aside,
    )
    said = tuple(f"{limit.feed}: {limit.statement}" for limit in missing)
    text = _explain(name, families, found, innocent)
    if name in ("watch", "benign"):
        text += "".join(f" {note[0].upper()}{note[1:]}." for note in notes(found, settings))
    return Verdict(name, odds, p, found, said, text)


def _focus(found: tuple[Term, ...]) -> float:
    """Share of the members' traffic that is the group's; 0 where it has no exchanges."""
    return next((term.observed for term in found if term.name == "focus"), 0.0)


def _extracting(found: tuple[Term, ...], settings: JudgeSettings, *, beside_a_crowd: bool) -> bool:
    """Whether the group extracts: by its content, by much of its members' traffic, or by hiding.

    Where a crowd sends the same, that it is all they send says nothing against the group. Nor does
    it of software alone, unless loads are even at all hours: a product is all that its accounts
    send, and a little of each kind of content.
    """
    weights = {term.name: term.weight for term in found if term.question == EXTRACTING}
    content = [weights.get(name, 0.0) for name in CONTENT]
    activity = [term.weight for term in found if FAMILIES.get(term.name) == "activity"]
    is_machine = len(activity) == 2 and min(activity) >= settings.min_family_weight
    is_product = any(term.name == SOFTWARE for term in found) and not is_machine
    asks = max(content[:-1]) if is_product else sum(content)
    is_all = _focus(found) >= settings.min_group_focus and not (is_product or beside_a_crowd)
    is_hidden = weights.get(operators.NAME, 0.0) >= settings.min_family_weight
    worth = asks >= settings.min_content or is_all or is_hidden
    return worth and sum(weights.values()) >= settings.min_extracting


def _machines(found: tuple[Term, ...], tests: int, settings: JudgeSettings) -> bool:
    """Even loads at all hours, on the group's own traces for the most part: nobody's habits."""
    terms = {term.name: term for term in found}
    activity = [terms[n] for n in ("even_load", "round_the_clock") if n in terms]
    return (
        _focus(found) >= settings.min_group_focus
        and len(activity) == 2
        and all(_counts(term, tests, settings) for term in activity)
    )


def _counts(term: Term, tests: int, settings: JudgeSettings) -> bool:
    """Whether a term's p holds over all groups judged, and it weighs enough for a family.

    A lead has no p of its own: what tied its accounts held over the groups that were judged then.
    """
    holds = term.name == leads.NAME or (
        term.p_value is not None and term.p_value * tests <= settings.alpha
    )
    return holds and term.weight >= settings.min_family_weight


def _name(
    group: Group,
    odds: float,
    families: set[str],
    innocent: list[Term],
    missing: tuple[Limit, ...],
    settings: JudgeSettings,
    *,
    enough: bool,
    hidden: bool,
    machines: bool,
    aside: bool,
) -> str:
    if not group.exchanges:
        # Nothing in common but instruments: no content that could be anyone's campaign.
        sold = families & {"payment", "network"}
        return "reseller" if sold and group.members.height >= 10 else "benign"
    tied = families - COHORT
    # Without payments nobody can tell a pool from a team with one payer, which passes its own
    # sessions and answers around as well.
    blind = any(limit.everywhere and limit.feed == "payment" for limit in missing)
    # Nor, where the group's own payments are not known, whether the lead would be explained now.
    now = families - {leads.FAMILY}
    unpaid = any(limit.feed == "payment" for limit in missing) and not now - COHORT
    if odds >= settings.probable and enough and (blind or unpaid or (missing and not tied)):
        return "withheld"
    if odds >= settings.confirmed and now - COHORT and len(now) >= 2 and enough:
        return "probable" if missing or hidden else "confirmed"
    # In a small part of their traffic people of one office have a phrase in common.
    if odds >= settings.probable and tied and enough and (len(now) >= 2 or not aside):
        return "probable"
    if odds >= settings.confirmed and machines and enough and not innocent:
        return "probable"
    if any(term.name.startswith("a registered reseller") for term in innocent):
        return "reseller"
    return "watch" if odds >= settings.watch else "benign"


def _explain(
    verdict: str, families: set[str], found: tuple[Term, ...], innocent: list[Term]
) -> str:
    """The verdict in a few sentences."""
    ties = ", ".join(sorted(families)) or "nothing beyond its content"
    lead = {
        "confirmed": "Coordinated and extracting on independent evidence",
        "probable": "Probably coordinated and extracting",
        "withheld": "It would be a lead, but for feeds that are missing",
        "watch": "Not enough for a lead; worth another look",
        "reseller": "Accounts that share a seller, each with its own work",
        "benign": "Explained without a campaign",
    }[verdict]
    text = f"{lead}: tied together by {ties}."
    if verdict in ("confirmed", "probable"):
        text += "".join(
            f" {term.statement[0].upper()}{term.statement[1:]}."
            for term in found
            if term.name == leads.NAME and term.weight > 0
        )
    strongest = sorted(
        (term for term in found if term.question == EXTRACTING and term.weight > 0),
        key=lambda term: -term.weight,
    )[:2]
    if strongest and verdict in ("confirmed", "probable", "withheld", "watch"):
        text += " " + "; ".join(term.statement for term in strongest) + "."
    usual = [term.statement for term in found if _is_usual(term) and term not in strongest]
    if usual and verdict == "watch":
        text += " What it asks for is no more than usual: " + "; ".join(usual) + "."
    if innocent:
        text += " Innocent explanations weighed: " + "; ".join(x.statement for x in innocent) + "."
    return text


def _is_usual(term: Term) -> bool:
    """Whether most exchanges ask for something, and hardly fewer of those it is taken against."""
    return term.name in CONTENT[:-1] and term.observed >= MOSTLY and term.weight < USUAL


__all__ = ["COORDINATED", "Verdict", "judge", "measure"]
