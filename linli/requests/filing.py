"""Filing a request one question at a time: the screens, and what was said so far, kept in the session."""

from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ManyFilesField
from linli.files.actions import FileRefused, store
from linli.kernel.clock import now
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.places.queries import find_places, place_at, places_named_in

from .actions.taking_in import Draft
from .forms import PHOTOS, text_field
from .models import Category, Request
from .suggest import NoRules, alike, rulebook_at, suggest_category

SCREENS = ("what", "where", "which", "who", "send")
KEY = "request_draft"
MOST_FOUND = 8
UNSPOKEN = ("grid", "microgrid")  # nobody says in which grid he lives; the code on a door may


class ScreenForm(forms.Form):
    """One screen; `told` is what was said on those before."""

    def __init__(self, *args, told, **kwargs):
        self.told = told
        super().__init__(*args, **kwargs)


class WhatForm(ScreenForm):
    title = _("您想反映什么？")
    text = text_field(
        _("请写下什么事、什么时候、怎么发生的"), min_length=4, widget=forms.Textarea(attrs={"rows": 7})
    )


class WhereForm(ScreenForm):
    title = _("在什么地方？")
    words = forms.CharField(label=_("小区、路名或社区名称"), max_length=80, required=False)
    place = forms.ChoiceField(label=_("请选择"), required=False, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("具体位置，如“3 号楼东侧”"),
        max_length=200,
        required=False,
        validators=[refuse_hidden_characters],
    )

    at_lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=73, max_value=136)
    at_lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=3, max_value=54)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        typed = self.data.get("words") or self.told.get("words", "")
        chosen = self.data.get("place") or self.told.get("place", "")
        self.fields["place"].choices = [
            (place.code, " · ".join(filter(None, [place.parent.name if place.parent else "", place.name])))
            for place in offered_places(typed, chosen)
        ]
        if not self.fields["place"].choices:
            self.fields["place"].widget = forms.HiddenInput()

    def clean(self):
        told = super().clean()
        codes = [code for code, _name in self.fields["place"].choices]
        pinned = self.place_of_pin(told)
        if not told.get("place") and pinned:
            told["place"] = pinned.code
        if not told.get("place"):
            if len(codes) != 1:
                raise ValidationError(
                    said("找到了几个地方，请选您说的那一个。")
                    if codes
                    else said("没有找到这个地点，请换几个字，如小区或社区的名称。")
                )
            told["place"] = codes[0]
        try:
            rulebook_at(Place.objects.get(code=told["place"]))
        except NoRules as trouble:
            raise ValidationError(str(trouble)) from None
        return told

    def place_of_pin(self, told):
        """The community under the pin on the map; None without a pin. A pin outside every outline is refused."""
        lon, lat = told.get("at_lon"), told.get("at_lat")
        if lon is None or lat is None:
            return None
        found = place_at(lon, lat)
        if found is None:
            raise ValidationError(said("图上这个点不在任何社区里，请换一个点，或写小区、路名。"))
        return found


def offered_places(typed: str, chosen: str):
    """Places at or below a community that fit what was typed, and the one chosen before."""
    levels = ["community", "grid", "microgrid", "compound", "building"]
    found = (
        list(find_places(typed).filter(level__in=levels).select_related("parent")[:MOST_FOUND])
        or places_named_in(typed, levels, most=MOST_FOUND)
        if typed
        else []
    )
    before = Place.objects.current().filter(code=chosen, level__in=levels).select_related("parent").first()
    spoken = [one for one in found if one.level not in UNSPOKEN]
    return [*([before] if before and before not in spoken else []), *spoken]


class WhichForm(ScreenForm):
    title = _("这是哪一类的事？")
    kind = forms.ChoiceField(label=_("您希望我们"), choices=Request.Kind.choices, widget=forms.RadioSelect)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("类别"), to_field_name="code")
    urgency = forms.ChoiceField(
        label=_("急不急？"),
        choices=Request.Urgency.choices,
        initial=Request.Urgency.NORMAL,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        book = rulebook_at(Place.objects.get(code=self.told["place"]))
        guess = suggest_category(self.told["text"], book)
        self.fields["category"].queryset = Category.objects.filter(area=book.area, retired_on=None)
        self.fields["category"].initial = guess.category.code
        if guess.words:
            self.fields["category"].help_text = said("按您写的“%(words)s”选了“%(name)s”，不对可以改。") % {
                "words": "、".join(guess.words),
                "name": guess.category.name,
            }


class WhoForm(ScreenForm):
    title = _("怎么联系您？")
    wants_reply = forms.BooleanField(label=_("请答复我"), required=False, initial=True)
    anonymous = forms.BooleanField(label=_("请为我保密，不要让承办单位知道我是谁"), required=False)
    name = forms.CharField(
        label=_("称呼"), max_length=50, required=False, validators=[refuse_hidden_characters]
    )
    phone = forms.RegexField(r"^[0-9+\- ]{5,20}$", label=_("电话"), required=False, strip=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.told.get("signed_in"):
            del self.fields["name"], self.fields["phone"]


class SendForm(ScreenForm):
    title = _("看一看，没问题就提交")
    photos = ManyFilesField(label=_("照片"), required=False)

    def clean_photos(self):
        photos = self.cleaned_data["photos"]
        most = rulebook_at(Place.objects.get(code=self.told["place"])).rules.limits.photos
        if len(photos) > most:
            raise ValidationError(said("最多 %(most)s 张照片。") % {"most": most})
        return photos

    def store_photos(self, by) -> list | None:
        """The stored files; None, with the reason on the field, when one was refused."""
        try:
            return [store(photo, by=by, purpose=PHOTOS) for photo in self.cleaned_data["photos"]]
        except FileRefused as refused:
            self.add_error("photos", refused)
            return None


FORMS = {"what": WhatForm, "where": WhereForm, "which": WhichForm, "who": WhoForm, "send": SendForm}


class EnterForm(WhatForm, WhereForm, WhoForm):
    """What a clerk types while somebody speaks: all of it on one page, with the way it came."""

    title = _("代居民登记诉求")
    field_order = (
        *("channel", "text", "where", "address", "kind", "urgency"),
        *("name", "phone", "wants_reply", "anonymous"),
    )
    channel = forms.ChoiceField(
        label=_("来源"),
        choices=[
            choice
            for choice in Request.Channel.choices
            if choice[0] in ("phone", "window", "paper", "home", "grid")
        ],
    )
    kind = forms.ChoiceField(label=_("性质"), choices=Request.Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Request.Urgency.choices)


def told_so_far(request) -> dict:
    """What was said on the screens before; a new filing gets its key, which makes it arrive once."""
    told = request.session.get(KEY)
    if told is None or was_left(request, told):
        told = {"key": str(uuid4())}
    place = request.GET.get("place", "")
    if place and Place.objects.current().filter(code=place).exists():  # the QR code of a place
        told |= {"place": place, "channel": "qr", "at": now().timestamp()}
        request.session[KEY] = told  # kept from the first look on: no later screen has the code's address
    told["signed_in"] = request.user.is_authenticated
    return told


def was_left(request, told: dict) -> bool:
    """Whether a visitor went away before sending: the next person at a shared device begins anew."""
    idle_s = settings.ENVIRONMENT.idle_minutes * 60
    return not request.user.is_authenticated and now().timestamp() - told.get("at", 0) > idle_s


def keep(request, told: dict, form) -> None:
    """Add what a screen was told; only plain values go into the session."""
    told["at"] = now().timestamp()
    for name, value in form.cleaned_data.items():
        told[name] = value.code if isinstance(value, Category) else value
    request.session[KEY] = told


def missing_screen(told: dict, screen: str) -> str | None:
    """The first screen before `screen` that was not answered; None when all were."""
    needed = {"what": "text", "where": "place", "which": "category", "who": "wants_reply"}
    for before in SCREENS[: SCREENS.index(screen)]:
        if needed[before] not in told:
            return before
    return None


def category_of(told: dict) -> Category | None:
    """The category that was chosen, of the rules of the place; None when none was, or there is no such."""
    if not told.get("category"):
        return None
    area = rulebook_at(Place.objects.get(code=told["place"])).area
    return Category.objects.filter(area=area, code=told["category"]).first()


def kept_by_device(told: dict) -> dict:
    """What the device needs to send it all by itself later; a box that is not ticked is left out."""
    left_out = {"signed_in", "words"}
    return {
        name: value for name, value in told.items() if name not in left_out and value not in (None, "", False)
    }


def draft_of(told: dict) -> Draft:
    return Draft(
        text=told["text"],
        place=Place.objects.get(code=told["place"]),
        kind=told.get("kind", Request.Kind.HELP),
        category=category_of(told),
        urgency=told.get("urgency", Request.Urgency.NORMAL),
        address=told.get("address", ""),
        lon=told.get("at_lon"),
        lat=told.get("at_lat"),
        anonymous=told.get("anonymous", False),
        wants_reply=told.get("wants_reply", True),
    )


def same_matters(told: dict) -> list[dict]:
    """What the sender may know of open requests that look like his: kind of matter, day, state; never their words.

    A hint before sending, by text, place and the days of the category; whether it is the same he decides.
    """
    draft = draft_of(told)
    found = alike(
        text=draft.text,
        category=draft.category,
        place=draft.place,
        lon=draft.lon,
        lat=draft.lat,
        rules=rulebook_at(draft.place).rules,
    )
    return [
        {
            "category": one.request.category.name,
            "opened_at": one.request.case.opened_at,
            "state": one.request.case.state_label,
        }
        for one in found
        if not one.request.anonymous
    ]
