"""The form of a register, made from its columns; the form of each act."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.people.forms import PlaceCodeField
from linli.places.models import Place

from . import queries
from .asking import Asked
from .cells import reference_to
from .declaring import Link, Register, links, register_of
from .picking import AnyPlaceField, PlaceField, one_of


class NamedRecordField(forms.CharField):
    """A row of another register, given by its name or code; only rows in the user's reach are known."""

    def __init__(self, register: Register, user, **kwargs):
        super().__init__(max_length=200, **kwargs)
        self.register, self.user = register, user

    def clean(self, value):
        given = super().clean(value)
        if not given:
            return None
        if given.startswith("#") and given[1:].isdecimal() and len(given) < 20:
            rows = queries.in_reach(self.register, self.user).filter(archived_on=None, pk=int(given[1:]))
            if found := rows.first():
                return found
        for name in self.register.lookup:
            rows = queries.in_reach(self.register, self.user).filter(archived_on=None, **{name: given})[:2]
            if len(rows) == 2:
                raise ValidationError(_("“%(name)s”不止一个，请改填代码。") % {"name": given})
            if rows:
                return rows[0]
        raise ValidationError(_("没有登记“%(name)s”。") % {"name": given})


class LinkedField(forms.CharField):
    """A thing kept elsewhere, given by the name its app knows it by."""

    def __init__(self, link: Link, **kwargs):
        super().__init__(max_length=80, help_text=_("填%s") % link.title, **kwargs)
        self.link = link

    def clean(self, value):
        given = super().clean(value)
        if not given:
            return None
        found = self.link.find({given}).get(given)
        if found is None:
            raise ValidationError(_("没有登记“%(name)s”。") % {"name": given})
        return found


def record_form(register: Register, user, data=None, *, record=None, initial=None) -> forms.Form:
    """The form of a row: new, or filled with what stands; hidden columns of a standing row are left empty,
    and an empty one is left as it is."""
    form = forms.Form(data, initial={**_initial(register, record), **(initial or {})})
    for name, field in register.columns.items():
        form.fields[name] = _form_field(register, field, user)
        if record is not None and name in register.hidden:
            form.fields[name].required = False
            form.fields[name].help_text = _("已遮盖；不改就留空。")
    form.fields["why"] = forms.CharField(
        label=_("事由"), max_length=200, required=False, validators=[refuse_hidden_characters]
    )
    if record is not None:
        form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=record.version)
    return form


def _initial(register: Register, record) -> dict:
    if record is None:
        return {}
    stands = {name: getattr(record, name) for name in register.fields if name not in register.hidden}
    return initial_of(register, stands)


def initial_of(register: Register, values: dict) -> dict:
    """Values of columns as a form shows them: places and rows by how they are named."""
    shown = {}
    for name, value in values.items():
        field = register.columns[name]
        if value is None:
            continue
        if isinstance(value, Place) and name == register.path:
            shown[name] = one_of(value)
        else:
            shown[name] = name_of(field, value) if field.is_relation else value
    return shown


def name_of(field: models.Field, value) -> str:
    """How a form names a linked row: a place by its code, another by the first of its lookups it has."""
    if field.remote_field.model is Place:
        return value.code
    link = links.get(field.remote_field.model)
    if link is not None:
        return link.name_of(value)
    return reference_to(value) if register_of(field.remote_field.model) else ""


def _form_field(register: Register, field: models.Field, user) -> forms.Field:
    if field.is_relation:
        label, needed = field.verbose_name, not field.null
        if field.remote_field.model is Place and field.name == register.path:
            own = PlaceField(register.edit, levels=register.levels, label=label, required=needed)
            own.of(user)
            return own
        if field.remote_field.model is Place:
            return PlaceCodeField(label=_("%s（代码）") % label, max_length=24, required=needed)
        if field.remote_field.model in links:
            return LinkedField(links[field.remote_field.model], label=label, required=needed)
        other = register_of(field.remote_field.model)
        return NamedRecordField(other, user, label=label, required=needed, help_text=_named_by(other))
    made = field.formfield()
    if isinstance(field, models.DateField):
        made.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return made


class AskedRecordField(forms.CharField):
    """A row in use of another register, by its exact name or code: whoever asks for a row need not keep the other."""

    def __init__(self, register: Register, **kwargs):
        super().__init__(max_length=200, **kwargs)
        self.register = register

    def clean(self, value):
        given = super().clean(value)
        if not given:
            return None
        for name in self.register.lookup:
            rows = self.register.model._default_manager.filter(archived_on=None, **{name: given})[:2]
            if len(rows) == 1:
                return rows[0]
            if rows:
                raise ValidationError(_("“%(name)s”不止一个，请改填代码。") % {"name": given})
        raise ValidationError(_("没有登记“%(name)s”。") % {"name": given})


def ask_form(asked: Asked, user, data=None, *, of=None) -> forms.Form:
    """The form by which somebody asks for a row: the columns he fills in, and words of his own."""
    form = forms.Form(data)
    for name in asked.fields:
        if name != asked.of:
            form.fields[name] = _asked_field(asked, name, user)
    form.fields["note"] = forms.CharField(
        label=_("补充说明"), max_length=200, required=False, validators=[refuse_hidden_characters],
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    form.of = of
    return form


def _asked_field(asked: Asked, name: str, user) -> forms.Field:
    field = asked.kept.columns[name]
    if field.is_relation and field.remote_field.model is Place:
        levels = asked.kept.levels if name == asked.kept.path else ("community",)
        made = AnyPlaceField(asked.places.get(name, ""), levels=levels, label=field.verbose_name)
        made.of(user)
        return made
    if field.is_relation and field.remote_field.model not in links:
        other = register_of(field.remote_field.model)
        named = _("填%s") % str(_("或")).join(map(other.title_of, other.lookup))
        return AskedRecordField(other, label=field.verbose_name, required=not field.null, help_text=named)
    return _form_field(asked.kept, field, user)


def asked_values(asked: Asked, form) -> dict:
    """What the form of an asker says of the columns, with the row it is asked of."""
    given = {}
    for name in asked.fields:
        value = form.of if name == asked.of else form.cleaned_data[name]
        column = asked.kept.columns[name]
        given[name] = "" if value is None and not column.null else value
    return given | {"note": form.cleaned_data["note"]}


class DecideForm(forms.Form):
    """No, and why."""

    answer = forms.CharField(label=_("不同意的原因"), max_length=200, validators=[refuse_hidden_characters])


def _named_by(other: Register) -> str:
    names = [*map(other.title_of, other.lookup), str(_("台账编号（如 #12）"))]
    return _("填%s") % str(_("或")).join(names)


def values_of(register: Register, form, record=None) -> dict:
    """What the form says of the columns; an empty hidden one says nothing."""
    given = {}
    for name, field in register.columns.items():
        value = form.cleaned_data[name]
        if record is not None and name in register.hidden and value in ("", None):
            continue
        given[name] = "" if value is None and not field.null else value
    return given


class WhyForm(forms.Form):
    """An act that wants its reason."""

    why = forms.CharField(label=_("事由"), max_length=200, validators=[refuse_hidden_characters])


class WrongForm(forms.Form):
    """What somebody says is wrong with a row, and what it should be."""

    proposed = forms.CharField(
        label=_("应当是怎样"), max_length=200, validators=[refuse_hidden_characters],
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    field_order = ("column", "proposed")

    def __init__(self, kind, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["column"] = forms.ChoiceField(label=_("哪里不对"), choices=list(kind.columns.items()))
        self.order_fields(self.field_order)


class AnswerForm(forms.Form):
    """Whether what somebody said is right, and what stands from now on."""

    accepted = forms.TypedChoiceField(
        label=_("核实结果"), choices=[("yes", _("属实，采纳")), ("no", _("不采纳"))],
        coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    value = forms.CharField(
        label=_("改为"), max_length=200, required=False, validators=[refuse_hidden_characters],
        help_text=_("采纳后台账里写成这样；可以改得更规范。"),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("答复"), max_length=200, required=False, validators=[refuse_hidden_characters],
        help_text=_("不采纳要说明原因，提出的人会看到。"),
    )  # fmt: skip


class FileForm(forms.Form):
    """A paper or picture for a row."""

    file = forms.FileField(
        label=_("附件"), help_text=_("照片、PDF、Word、Excel 或文本；手机照片里的位置信息会去掉。")
    )
    title = forms.CharField(
        label=_("附件名称"), max_length=80, validators=[refuse_hidden_characters],
        help_text=_("如：证书扫描件、会议纪要、挂牌照片。"),
    )  # fmt: skip


class MergeForm(forms.Form):
    """Which row stays; only rows in reach are offered."""

    why = forms.CharField(label=_("事由"), max_length=200, required=False)

    def __init__(self, register: Register, record, user, data=None):
        super().__init__(data)
        rows = queries.in_reach(register, user).filter(archived_on=None).exclude(pk=record.pk)
        self.fields["into"] = forms.ModelChoiceField(rows, label=_("并入哪一条"), widget=forms.NumberInput)
