"""The form of the mandatory report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.people.scope import Grant
from linli.places.models import Place

from .forms import long_text
from .queries import communities_of
from .rules import REPORT_HARM


class HarmForm(forms.Form):
    """Where, and what was seen; no child is looked up, for the name stands in the sealed text alone."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("哪个社区（村）"))
    seen = long_text(_("哪个孩子、看到或听到什么"), required=True, rows=5)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = own_communities(by)


def own_communities(user):
    """Communities the user reports for, also one of whose grid he works in."""
    codes = [_community_of(grant) for grant in user.grants if REPORT_HARM in grant.permissions]
    return communities_of(user, REPORT_HARM) | Place.objects.communities().filter(
        code__in=filter(None, codes), valid_to=None
    ).order_by("path")


def _community_of(grant: Grant) -> str:
    codes = grant.place.ancestor_codes
    return codes[4] if len(codes) > 4 else ""
