from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.ui.costs import PAPER
from linli.ui.lists import listing
from linli.ui.routes import costly, needs, signed_in

from . import actions, queries, rules
from .channels.letter.paper import letters_pdf
from .forms import ChannelForm, LettersForm, LostFactorForm
from .lost_factor import reset_second_factor
from .models import Notice


@require_safe
@signed_in
def notice_list(request):
    """我的消息: what I was told, unread first, and how I want to be told."""
    found = listing(request.GET, queries.my_notices(request.user), per_page=20)
    form = ChannelForm(request.user.person) if request.user.person else None
    said = {"listing": found, "notices": queries.with_texts(found.page), "form": form}
    return render(request, "notices/notice_list.html", said)


@require_POST
@signed_in
def notice_read(request, pk):
    """Mark one notice read and go where it leads."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notice, by=request.user)
    return redirect(notice.context.get("path") or "notice-list")


@require_POST
@signed_in
def notice_read_all(request):
    """Mark everything read."""
    actions.mark_all_read(by=request.user)
    return redirect("notice-list")


@require_POST
@signed_in
def notice_channel(request):
    """Choose how to be told from now on."""
    form = ChannelForm(request.user.person, request.POST) if request.user.person else None
    if form is not None and form.is_valid():
        actions.choose_channel(request.user.person, form.cleaned_data["channel"], by=request.user)
        messages.success(request, _("通知方式已更改。"))
    else:
        messages.error(request, _("这种方式联系不到您，通知方式没有更改。"))
    return redirect("notice-list")


@require_safe
@needs(rules.PRINT)
def letter_list(request):
    """Letters that wait for the printer, and those printed lately."""
    waiting = listing(request.GET, queries.waiting_letters(request.user), per_page=50)
    said = {"listing": waiting, "printed": queries.printed_letters(request.user)[:20]}
    return render(request, "notices/letter_list.html", said)


@require_POST
@costly(PAPER)
@needs(rules.PRINT)
def letter_print(request):
    """One PDF of the chosen letters; those that waited count as sent."""
    form = LettersForm(request.POST)
    letters = actions.print_letters(form.keys(), by=request.user, page=letters_pdf)
    if letters is None:
        messages.info(request, _("没有可以打印的信件。"))
        return redirect("letter-list")
    answer = HttpResponse(letters, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="letters.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(rules.RESET_FACTOR)
@reauthentication_required
@require_http_methods(["GET", "POST"])
@never_cache
def lost_factor(request):
    """Take the second factor off an account whose holder lost it; after proof of identity (A5)."""
    form = LostFactorForm(request.POST or None, by=request.user)
    if form.is_valid():
        told = form.cleaned_data
        try:
            reset_second_factor(told.pop("username"), by=request.user, **told)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已重置，该账号的登录已全部退出，并已通知本人。"))
            return redirect("lost-factor")
    return render(request, "notices/lost_factor.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@needs(rules.OPERATE)
def undelivered_list(request):
    """What no channel could deliver."""
    return render(
        request,
        "notices/undelivered_list.html",
        {"listing": listing(request.GET, queries.undelivered(request.user))},
    )


@require_POST
@needs(rules.OPERATE)
def undelivered_try_again(request, pk):
    """Send it once more on the channel that reaches the person today."""
    notice = get_object_or_404(queries.undelivered(request.user), pk=pk)
    actions.try_again(notice, by=request.user)
    messages.success(request, _("已重新排队发送。"))
    return redirect("undelivered-list")
