"""What one may do about people, posts and units; each name is granted by some role of packs/roles."""

from linli.kernel.permissions import declare

VIEW = declare("people.view", "查看辖区人员（敏感信息遮盖）")
EDIT = declare("people.edit", "登记和修改辖区人员")
REVEAL = declare("people.reveal", "说明事由后查看被遮盖的信息")
VERIFY = declare("people.verify", "核实居住关系和代办关系")
APPOINT = declare("posts.appoint", "任免辖区岗位")
UNITS = declare("units.edit", "维护辖区单位")


def can_view(user, person) -> bool:
    return person.pk == user.person_id or (person.home_id is not None and user.may(VIEW, at=person.home))


def can_edit(user, person) -> bool:
    return (person.home_id is None and user.may(EDIT)) or bool(
        person.home_id and user.may(EDIT, at=person.home)
    )


def can_reveal(user, person) -> bool:
    return user.may(REVEAL, at=person.home) if person.home_id else user.may(REVEAL)


def can_verify(user, residence) -> bool:
    return residence.person_id != user.person_id and user.may(VERIFY, at=residence.community)


def can_appoint(user, place) -> bool:
    return user.may(APPOINT, at=place)
