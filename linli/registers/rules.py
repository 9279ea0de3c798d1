"""Who may read and keep a register: its own two permissions, over the place a row belongs to."""

from linli.kernel.permissions import declare

from .declaring import Register

KEEP = declare("registers.keep", "进入台账")
REVEAL = declare("registers.reveal", "说明事由后查看台账中被遮盖的联系方式")


def can_view(user, register: Register) -> bool:
    return user.is_authenticated and (user.may(register.view) or user.may(register.edit))


def can_edit(user, register: Register) -> bool:
    return user.is_authenticated and user.may(register.edit)


def can_change(user, register: Register, record) -> bool:
    return user.may(register.edit, at=register.place_of(record))


def can_reveal(user, register: Register, record) -> bool:
    return bool(register.hidden) and user.may(REVEAL, at=register.place_of(record))
