"""Forms of plans: the sheet of figures, with numbers as people write them."""

from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from linli.measures import Period
from linli.plans.actions import report_sheet
from linli.plans.formula.values import NOT_APPLICABLE
from linli.plans.queries.reporting import last_month

NOT_FOR_US = ("/", "不适用")
LONGEST_SHEET = 25  # characters of a number


def month_asked(text: str, *, exactly: bool = False) -> Period:
    """The month of an address; the last ended one for nonsense, or Http404 where it must be right."""
    month = Period.month_named(text)
    if month is None and exactly:
        raise Http404
    return month or last_month()


def number_written(text: str):
    """(number, reason) of what somebody wrote: 1,240 or １２４０ or / for what does not apply here."""
    plain = normalize("NFKC", text).replace(",", "").replace(" ", "")
    if plain in NOT_FOR_US:
        return None, NOT_APPLICABLE
    if plain == "无":
        raise ValidationError(_("“无”可能是 0，也可能是不适用：没有请填 0，不适用请填 /。"))
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValidationError(_("这不是一个数：请只写数字，不带单位。")) from None
    if not number.is_finite():
        raise ValidationError(_("这不是一个数：请只写数字，不带单位。"))
    return number, ""


class SheetForm(forms.Form):
    """A field for each measure asked; what is left empty is not reported, what waits cannot be changed."""

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = {f"m{number}": one for number, one in enumerate(asked)}
        for name, one in self.asked.items():
            self.fields[name] = self._field(one)

    @staticmethod
    def _field(one):
        field = forms.CharField(required=False, max_length=LONGEST_SHEET, disabled=one.state == "waiting")
        field.label = f"{one.measure.title}（{one.measure.unit}）"
        field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        return field

    def rows(self):
        """(bound field, what is asked) for the page."""
        return [(self[name], one) for name, one in self.asked.items()]

    def clean(self):
        self.entries = []
        for name, one in self.asked.items():
            text = self.cleaned_data.get(name) or ""
            if not text or one.state == "waiting":
                continue
            try:
                self.entries.append((one.measure, *number_written(text)))
            except ValidationError as wrong:
                self.add_error(name, wrong)
        if not self.errors and not self.entries:
            raise ValidationError(_("还没有填任何数。"))
        return self.cleaned_data

    def report(self, *, by, place, period) -> bool:
        """Report what was written; False with each mistake on its field, and nothing reported."""
        try:
            report_sheet(self.entries, by=by, place=place, period=period)
        except PermissionDenied:
            raise
        except ValidationError as refused:
            for name, one in self.asked.items():
                for sentence in refused.message_dict.get(one.measure.code, ()):
                    self.add_error(name, sentence)
            return False
        return True
