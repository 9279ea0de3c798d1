"""The one page of a report: what, where, and if one likes a word and a picture."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ManyFilesField, few_words
from linli.files.kinds import PICTURES, declare_purpose
from linli.places.models import Place

from .models import GridRules
from .rules import REPORT

PHOTOS = declare_purpose("grid.photos", "网格事件照片", PICTURES)


class EventForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=_("看到了什么"), widget=forms.RadioSelect)
    text = few_words(_("补充一句（可不填）"), longest=60)
    files = ManyFilesField(label=_("照片（可不拍）"), required=False)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("在哪里"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        posts = [grant.place for grant in by.grants if REPORT in grant.permissions]
        own = Place.objects.current().filter(by.scope(REPORT), level__in=["grid", "community"])
        self.fields["place"].queryset = own
        self.fields["place"].initial = posts[0].pk
        self.fields["kind"].choices = [(line.code, line.name) for line in GridRules.at(posts[0]).rules.kinds]
