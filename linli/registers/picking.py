"""A place of one's posts, given by its name or code; the page offers those that fit."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.places.models import Place

MOST_OFFERED = 1_000


class PlaceInput(forms.TextInput):
    """A text field with the names of the places one may choose: the browser filters while one types."""

    template_name = "registers/place_input.html"

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.offered: list[tuple[str, str]] = []

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["offered"] = self.offered
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_offered"
        return context


class PlaceField(forms.CharField):
    """A current place in which the user has a permission: “桥头社区 990101001001”, its code, or its name alone.

    ValidationError when the name is none of theirs, or more than one has it. Call `of(user)` before use.
    """

    widget = PlaceInput

    def __init__(self, permission: str, *, levels: tuple[str, ...] = ("community",), **options):
        options.setdefault("help_text", _("输入社区名称或代码，从提示里选。"))
        super().__init__(max_length=80, **options)
        self.permission, self.levels = permission, levels
        self.places = Place.objects.none()

    def of(self, user) -> None:
        """Offer the user's own places; where there is only one, it is written in already."""
        self.places = (
            Place.objects.current()
            .filter(user.scope(self.permission), level__in=self.levels)
            .order_by("path")
        )
        self.widget.offered = [one_of(place) for place in self.places[:MOST_OFFERED]]
        if len(self.widget.offered) == 1:
            self.initial = self.widget.offered[0]

    def prepare_value(self, value):
        if isinstance(value, Place):
            return one_of(value)
        return value

    def clean(self, value):
        given = super().clean(value)
        if not given:
            return None
        code = given.split()[-1]
        found = list(self.places.filter(code=code)) or list(self.places.filter(name=given)[:2])
        if len(found) == 2:
            raise ValidationError(_("“%s”不止一个，请从提示里选带代码的一条。") % given)
        if not found:
            raise ValidationError(_("您的岗位管不到“%s”，请从提示里选。") % given)
        return found[0]


class AnyPlaceField(PlaceField):
    """Any current place of these levels, or those in reach of a permission where one is said."""

    def of(self, user) -> None:
        if self.permission:
            super().of(user)
            return
        self.places = Place.objects.current().filter(level__in=self.levels).order_by("path")
        self.widget.offered = [one_of(place) for place in self.places[:MOST_OFFERED]]


def one_of(place: Place) -> str:
    """A place as the field shows it and reads it back."""
    return f"{place.name} {place.code}"
