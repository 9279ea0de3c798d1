"""Who sees the planners' first page; everything else of the portal asks the apps it shows."""

from linli.kernel.permissions import declare

# Who also serves a counter or keeps the house begins the day at the workbench, not over the map.
WORK = frozenset({"people.view", "places.edit", "jobs.operate", "audit.read"})
COCKPIT = declare("portal.view_cockpit", "查看驾驶舱（规划总览）")


def face_of(user) -> str:
    """The route of the face that is somebody's own: by his posts, the planner's before the worker's."""
    if not user.is_authenticated:
        return "home"
    if is_planner(user):
        return "cockpit"
    return "bench" if is_staff(user) else "home"


def is_planner(user) -> bool:
    """Whether planning is all the account does."""
    granted = {name for grant in user.grants for name in grant.permissions}
    return COCKPIT in granted and not granted & WORK


def is_staff(user) -> bool:
    """Whether any post lets the account do something."""
    return any(grant.permissions for grant in user.grants)
