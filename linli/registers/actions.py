"""Changes of a register: entered, changed, confirmed, archived, merged; each with who, when and why."""

from copy import copy

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.people.models import Reading
from linli.places.models import inside
from linli.search.actions import touch
from linli.search.declaring import of_model

from . import rules
from .declaring import Register
from .models import ChangeRequest, NilReport, Record, RowFile


class StaleRecord(ValidationError):
    """Somebody changed the row since it was read; nothing was written."""


@transaction.atomic
def enter_record(register: Register, /, *, by, why: str = "", **values) -> Record:
    """A new row; `by` None is the installation itself. ValidationError says what is wrong by field."""
    record = register.model(**values)
    _check(register, record)
    _allow(register, record, by)
    record.check_change(None, by=by)
    record.settle()
    record.changed_by, record.changed_at, record.changed_why = by, clock.now(), why[:200]
    record.confirmed_on, record.confirmed_by = clock.today(), by
    record.save()
    record.check_stored()
    _told(register, record, "enter", by)
    return record


@transaction.atomic
def change_record(register: Register, record: Record, *, by, why: str = "", version=None, **values) -> Record:
    """Change fields of a row; a change that changes nothing writes nothing.

    StaleRecord: `version` is not the one the row has. The right is asked where the row was and where it goes.
    """
    record = _locked(register, record)
    if version is not None and version != record.version:
        raise StaleRecord(_("有人刚刚改过这一条，请核对最新内容后再保存。"))
    _allow(register, record, by)
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    if not changed:
        return record
    before = copy(record)
    for name, value in changed.items():
        setattr(record, name, value)
    _allow(register, record, by)
    if (place := register.place_of(record)) != register.place_of(before):
        RowFile.objects.filter(register=register.name, row=record.pk).update(place=place)
    record.check_change(before, by=by)
    _check(register, record)
    record.settle()
    record.confirmed_on, record.confirmed_by = clock.today(), by
    return _store(register, record, "change", by, why)


@transaction.atomic
def confirm_record(register: Register, record: Record, *, by) -> Record:
    """Say that what stands is true today."""
    record = _locked(register, record)
    _allow(register, record, by)
    record.confirmed_on, record.confirmed_by = clock.today(), by
    return _store(register, record, "confirm", by, _("确认属实"))


@transaction.atomic
def archive_record(register: Register, record: Record, *, by, why: str) -> Record:
    """Take a row out of use; it stays to be read. ValidationError without a reason."""
    if not why.strip():
        raise ValidationError({"why": _("请写明事由。")})
    record = _locked(register, record)
    _allow(register, record, by)
    record.archived_on = clock.today()
    return _store(register, record, "archive", by, why)


@transaction.atomic
def merge_record(register: Register, record: Record, *, into: Record, by, why: str = "") -> Record:
    """Merge a duplicate: what hangs on `record` moves to `into`, blanks are filled, `record` is archived.

    ValidationError when both have what only one may have, or are one row.
    """
    if record.pk == into.pk:
        raise ValidationError(_("不能与自己合并。"))
    first, second = sorted((record.pk, into.pk))
    locked = {pk: _locked(register, register.model(pk=pk)) for pk in (first, second)}
    record, into = locked[record.pk], locked[into.pk]
    for one in (record, into):
        _allow(register, one, by)
    return merge_known(register, record, into=into, by=by, why=why)


@transaction.atomic
def merge_known(register: Register, record: Record, *, into: Record, by, why: str = "") -> Record:
    """The merge itself, of rows that are locked and whose keeper was asked for permission elsewhere."""
    try:
        with transaction.atomic():
            _move_parts(record, into)
    except IntegrityError:
        raise ValidationError(_("两条记录下有相同的内容，请先处理其中一条。")) from None
    filled = [name for name in register.fields if _is_blank(into, name) and not _is_blank(record, name)]
    values = {name: getattr(record, name) for name in filled}
    ChangeRequest.objects.filter(kind=register.name, row=record.pk).update(row=into.pk)
    RowFile.objects.filter(register=register.name, row=record.pk).update(row=into.pk)
    record.archived_on, record.merged_into = clock.today(), into
    _store(register, record, "merge", by, why or _("重复，已合并"))
    for name, value in values.items():
        setattr(into, name, value)
    _check(register, into)
    return _store(register, into, "merge", by, why or _("并入重复的一条"))


def _move_parts(record: Record, into: Record) -> None:
    """Rows of other registers that point to the duplicate point to the row that stays."""
    for relation in record._meta.related_objects:
        if issubclass(relation.related_model, Record) and relation.related_model is not type(record):
            for row in relation.related_model._base_manager.filter(**{relation.field.name: record}):
                setattr(row, relation.field.name, into)
                row.save()


def follow_thing(thing, into) -> None:
    """Rows of registers that name a thing kept elsewhere name the one it was merged into; a second one is archived."""
    for relation in thing._meta.related_objects:
        if not issubclass(relation.related_model, Record):
            continue
        for row in relation.related_model._base_manager.filter(**{relation.field.name: thing}):
            setattr(row, relation.field.name, into)
            try:
                with transaction.atomic():
                    row.save()
            except IntegrityError:
                setattr(row, relation.field.name, thing)
                row.archived_on = clock.today()
                row.save()


def store_moved(register: Register, record: Record, *, by, why: str) -> Record:
    """Keep a row that an act on the tree of places has changed; that act asked for the permission."""
    return _store(register, record, "follow", by, why)


def _is_blank(record: Record, name: str) -> bool:
    return getattr(record, name) in ("", None)


def _locked(register: Register, record: Record) -> Record:
    found = (
        register.model._base_manager.select_for_update(of=("self",))
        .select_related(register.place_path)
        .get(pk=record.pk)
    )
    if found.archived_on is not None:
        raise ValidationError(_("这一条已经归档，不能再改。"))
    return found


def _allow(register: Register, record: Record, by) -> None:
    if by is not None and not rules.can_change(by, register, record):
        raise PermissionDenied(_("这一条不在您的岗位所及的区划以内。"))


def _check(register: Register, record: Record) -> None:
    """What the model says, and that the place is of a level this register is kept at."""
    record.full_clean(exclude=["confirmed_by", "changed_by", "merged_into"])
    level = register.place_of(record).level
    if level not in register.levels:
        raise ValidationError(_("“%s”不登记在这一级区划。") % register.title)


def _store(register: Register, record: Record, act: str, by, why: str) -> Record:
    record.version += 1
    record.changed_by, record.changed_at, record.changed_why = by, clock.now(), why[:200]
    record.save()
    if act == "change":
        record.check_stored()
    _told(register, record, act, by)
    return record


def _told(register: Register, record: Record, act: str, by) -> None:
    audit.record(f"{register.name}.{act}", by=by, thing=record, place=register.place_of(record))
    if of_model(type(record)) is not None:
        touch(record)


@transaction.atomic
def say_nothing(register: Register, place, *, by) -> NilReport:
    """Say that the place has nothing to enter today; ValidationError when rows of it are in use."""
    if by is not None and not by.may(register.edit, at=place):
        raise PermissionDenied
    if register.model._default_manager.filter(archived_on=None).filter(inside(place, register.path)).exists():
        raise ValidationError(_("已有登记的内容，不能按零登记。"))
    said, _made = NilReport.objects.update_or_create(
        register=register.name, place=place, defaults={"on": clock.today(), "by": by}
    )
    audit.record(f"{register.name}.nil", by=by, thing=said, place=place)
    return said


def reveal_record(register: Register, record: Record, *, by, why: str) -> dict[str, str]:
    """The hidden cells of a row in full, with the look in the audit; ValidationError without a reason."""
    if not rules.can_reveal(by, register, record):
        raise PermissionDenied
    if not why.strip():
        raise ValidationError({"why": _("请写明查看事由。")})
    with transaction.atomic():
        audit.record(
            f"{register.name}.reveal",
            by=by,
            thing=record,
            place=register.place_of(record),
            purpose=why,
            detail={"fields": sorted(register.hidden)},
        )
        if getattr(record, "person_id", None):  # whom the row names can see who looked (D3)
            fields = sorted(f"{record._meta.label_lower}.{name}" for name in register.hidden)
            Reading.objects.create(reader=by, person_id=record.person_id, fields=fields, purpose=why[:200])
    return {name: str(getattr(record, name) or "") for name in register.hidden}
