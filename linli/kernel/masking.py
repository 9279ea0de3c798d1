"""How personal values look to a reader who has not said why he needs them (domain notes §4)."""


def mask_name(name: str) -> str:
    """Keep the surname.

    >>> mask_name("欧阳娜"), mask_name("张三")
    ('欧**', '张*')
    """
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """Keep the first three and last four digits.

    >>> mask_phone("13812345678")
    '138****5678'
    """
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * len(phone)


def mask_id_number(number: str) -> str:
    """Keep the first four and last four characters.

    >>> mask_id_number("11010519491231002X")
    '1101**********002X'
    """
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def mask_text(text: str) -> str:
    return "***" if text else ""


def keep(text: str) -> str:
    """Nothing is hidden: an address is stored no finer than the building."""
    return text


MASKS = {
    "name": mask_name,
    "phone": mask_phone,
    "id_number": mask_id_number,
    "address": keep,
    "text": mask_text,
    "none": keep,
}
