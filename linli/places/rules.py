"""What one may do about places; seeing them is open to everyone."""

from linli.kernel.permissions import declare

EDIT = declare("places.edit", "维护区划、网格、小区、楼栋资料")
REORGANISE = declare("places.reorganise", "区划更名、迁移、合并、拆分")
IMPORT = declare("places.import", "批量导入区划")


def can_edit(user, place) -> bool:
    return user.may(EDIT, at=place)


def can_add(user, parent, *, division: bool) -> bool:
    """Grids, compounds and buildings are added by who keeps them, divisions by who may reorganise."""
    return user.may(REORGANISE if division else EDIT, at=parent)


def can_reorganise(user, place) -> bool:
    """A place is changed from above: nobody reorganises the ground of his own post."""
    return user.may(REORGANISE, at=place.parent or place)
