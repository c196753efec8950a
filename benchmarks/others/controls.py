"""Which honest groups look coordinated? Three or four of a kind at scale 1."""

from collections.abc import Callable

from others import controls_at_work as work
from others import controls_in_life as life
from others.control_group import Group
from others.world import World

# The names also seed the groups, and the order is that in which they are written.
KINDS: dict[str, Callable[[Group], None]] = {
    "declared_org": work.declared_org,
    "undeclared_agency": work.undeclared_agency,
    "undeclared_startup": work.undeclared_startup,
    "family": life.family,
    "class_assignment": life.class_assignment,
    "carrier_nat": life.carrier_nat,
    "vpn": life.vpn,
    "shared_cloud": life.shared_cloud,
    "public_framework": work.public_framework,
    "viral_prompt": life.viral_prompt,
    "eval_lab": work.eval_lab,
    "nightly_jobs": work.nightly_jobs,
    "reseller_registered": work.reseller_registered,
    "reseller_unregistered": work.reseller_unregistered,
    "fallback_router": work.fallback_router,
    "shared_team_key": work.shared_team_key,
    "day_one_benchmark": life.day_one_benchmark,
    "reasoning_audit": work.reasoning_audit,
    "policy_research": life.policy_research,
}
_MOST = 40  # accounts of a group
_MOST_OF_A_FAMILY = 9


def run(world: World) -> None:
    """Write every group; at least one of each kind, at any scale."""
    for kind, write in KINDS.items():
        count = world.stream("groups/" + kind).choice([3, 3, 4]) * world.scale
        most = _MOST_OF_A_FAMILY if kind == "family" else _MOST
        for number in range(max(1, round(count))):
            write(Group(world, kind, number, 5, most))
