"""The announcement of a year as it is typed, one festival a line, and the question for a due day."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from linli.kernel import clock

from .catalogue import CalendarPack, check, days_of
from .queries import festivals_of

_LINE = re.compile(
    r"(\S+)\s+(\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:至|到|to|—|~)\s*(\d{4}-\d{1,2}-\d{1,2}))?(?:\s+(?:上班|work)\s*(.+))?"
)


class YearForm(forms.Form):
    """Festivals of a year: `春节 2026-02-15 至 2026-02-23 上班 2026-02-14、2026-02-28`."""

    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("国务院办公厅通知的名称和文号"))
    festivals = forms.CharField(
        label=_("放假和调休"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("每行一个节日：名称 第一天 至 最后一天 上班 调休上班的日子（用顿号分开）"),
    )

    def __init__(self, year: int, *args, **kwargs):
        self.year = year
        known, lines = festivals_of(year)
        kwargs.setdefault("initial", {"source": known, "festivals": "\n".join(map(_line, lines))})
        super().__init__(*args, **kwargs)

    def clean_festivals(self) -> dict[date, tuple[str, str]]:
        """{day: (kind, name)}, held against the same rules as a pack."""
        told = [self._read(number, line) for number, line in self._lines()]
        header = {"pack": "calendar", "code": f"cn-{self.year}", "title": "-", "source": "-"}
        header |= {"area": "0" * 12, "valid_from": date(self.year, 1, 1), "year": self.year}
        try:
            pack = CalendarPack(**header, festivals=told)
        except ValidationError as wrong:
            where = wrong.errors()[0]["loc"]
            number = where[1] + 1 if len(where) > 1 and isinstance(where[1], int) else 1
            raise forms.ValidationError(_("第 %(n)d 行的日期不对。") % {"n": number}) from None
        for where, _reason in check(pack):
            raise forms.ValidationError(
                _("第 %(n)d 行：日期应在 %(year)d 年内，不重复，调休上班应在周末，最后一天不早于第一天。")
                % {"n": where[1] + 1, "year": self.year}
            )
        return days_of(pack)

    def _lines(self):
        lines = [line.strip() for line in self.cleaned_data["festivals"].splitlines()]
        return enumerate(filter(None, lines), start=1)

    @staticmethod
    def _read(number: int, line: str) -> dict:
        if (found := _LINE.fullmatch(line)) is None:
            raise forms.ValidationError(_("第 %(n)d 行看不懂。") % {"n": number})
        name, first, last, worked = found.groups()
        days = [word for word in re.split(r"[、,，\s]+", worked or "") if word]
        return {
            "name": name,
            "first": _padded(first),
            "last": _padded(last or first),
            "worked": [*map(_padded, days)],
        }


class DueForm(forms.Form):
    """So many working days after a day."""

    start = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    workdays = forms.IntegerField(label=_("几个工作日"), min_value=0, max_value=400)

    def clean_start(self) -> date:
        start = self.cleaned_data["start"]
        if not 2000 <= start.year <= clock.today().year + 20:
            raise forms.ValidationError(_("请填写 2000 年以后、不太远的日子。"))
        return start


def _padded(word: str) -> str:
    return "-".join(part.zfill(2) for part in word.split("-"))


def _line(festival) -> str:
    worked = "、".join(map(str, festival.worked))
    until = f" 至 {festival.last}" if festival.last != festival.first else ""
    return f"{festival.name} {festival.first}{until}" + (f" 上班 {worked}" if worked else "")
