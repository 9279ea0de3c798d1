"""Handing what a resident told to `submit_request`: from the last screen, or from a device without a network."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from . import filing
from .actions.taking_in import KeyReused, make_contact, submit_request
from .models import Request
from .suggest import NoOwner, NoRules


class OfflineForm(filing.SendForm, filing.WhatForm, filing.WhereForm, filing.WhoForm):
    """All of a request on one page, for a device without a network; the key makes it arrive once."""

    title = _("没有网络也可以写下诉求")
    field_order = (
        *("text", "words", "place", "address", "kind", "photos"),
        *("name", "phone", "wants_reply", "anonymous"),
    )
    kind = forms.ChoiceField(
        label=_("您希望我们"), choices=Request.Kind.choices, initial=Request.Kind.HELP, required=False
    )
    urgency = forms.ChoiceField(choices=Request.Urgency.choices, required=False, widget=forms.HiddenInput)
    category = forms.SlugField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        choices=[("portal", ""), ("qr", "")], required=False, widget=forms.HiddenInput
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].required = not self.data.get("place")  # the last screen sends the place it has

    def clean_photos(self):
        return self.cleaned_data["photos"]  # how many may come is a rule of the place, which is read below

    def clean(self):
        told = super().clean()
        told["kind"] = told.get("kind") or Request.Kind.HELP
        told["urgency"] = told.get("urgency") or Request.Urgency.NORMAL
        told["channel"] = told.get("channel") or Request.Channel.PORTAL
        self.told = {**self.told, **told}
        if not self.errors:
            super().clean_photos()
            if told["category"] and not filing.category_of(told):
                raise ValidationError(_("没有这个类别。"))
        return told

    @property
    def places(self) -> list[tuple[str, str]]:
        """What may be meant by the words for the place: code and name."""
        return [(code, str(name)) for code, name in self.fields["place"].choices]


def submitted(form, told, *, user):
    """The request, with its photos; None with the reason on the form when it could not be taken in.

    `user` is the account it is filed by, None for a visitor. Sent again under the same key it is the same request.
    """
    arrived = Request.objects.filter(key=told["key"]).exists()
    photos = [] if arrived else form.store_photos(user)
    if photos is None:
        return None
    key = UUID(str(told["key"]))
    sent = {"by": user, "channel": told.get("channel", "portal"), "key": key, "files": photos}
    try:
        with transaction.atomic():  # the contact is kept with the request or not at all
            contact = (
                user.person
                if user
                else None
                if arrived
                else make_contact(told.get("name", ""), told.get("phone", ""))
            )
            done = submit_request(filing.draft_of(told), reporter=contact, **sent)
            if done.again and contact is not None and not user:
                contact.delete()  # the other of two sendings at once was faster and made one
            return done
    except (NoRules, NoOwner, KeyReused) as trouble:
        form.add_error(None, str(trouble))
        return None
