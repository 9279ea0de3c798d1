"""The form that proposes a pair: who is on the list, who would keep company, what they would do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.volunteering.forms import words
from linli.volunteering.matching import companions

from .queries import listed_for


class ListedForm(forms.Form):
    """Whom the pair is for."""

    name = words(_("关爱对象姓名"), longest=50)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.listed = listed_for(user)

    def clean_name(self):
        found = [
            one
            for one in self.listed.filter(person__name=self.cleaned_data["name"])[:20]
            if not one.is_child()
        ]
        if len(found) != 1:
            raise forms.ValidationError(
                _("关爱名单里没有找到这位成年人。") if not found else _("有同名的人，请从关爱档案进入。")
            )
        self.cared = found[0]
        return self.cleaned_data["name"]


class ProposeForm(forms.Form):
    """Volunteers near by with what speaks for each; a person chooses, both sides answer."""

    volunteer = forms.ChoiceField(label=_("请哪位志愿者"), widget=forms.RadioSelect)
    plan = words(_("怎么陪伴（双方都会看到）"))

    def __init__(self, *args, cared, **kwargs):
        super().__init__(*args, **kwargs)
        self.matches = {one.volunteer.number: one for one in companions(cared.person)}
        self.fields["volunteer"].choices = [
            (number, f"{one.volunteer.person.name}（{number}）" + (f"：{one.why}" if one.why else ""))
            for number, one in self.matches.items()
        ]
        if not self.matches:
            self.fields["volunteer"].help_text = _("附近暂时没有合适的志愿者，可以先打电话征集。")

    @property
    def chosen(self):
        return self.matches[self.cleaned_data["volunteer"]].volunteer
