"""Confirmed hours and their corrections: both versions are kept and shown."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ui.lists import listing, read_words
from linli.ui.routes import needs

from .. import rules
from ..actions.recording import correct_attendance
from ..forms import CorrectForm
from ..models import Attendance
from ..numbers import whole
from ..refusals import VolunteeringRefused


@needs(rules.CONFIRM)
@require_http_methods(["GET", "POST"])
def records(request):
    """时长更正: confirmed records where the reader confirms; a correction waits for a second person."""
    seen = Attendance.objects.filter(request.user.scope(rules.CONFIRM, "place"), state="confirmed")
    if request.method == "POST":
        record = get_object_or_404(seen, pk=whole(request.POST.get("record")))
        correct(request, record)
        return redirect(request.get_full_path())
    words = read_words(request.GET).strip()
    if words:
        seen = seen.filter(volunteer__number__iexact=words)
    rows = seen.select_related("volunteer__person", "confirmed_by", "corrects", "corrected_by").order_by(
        "-decided_at"
    )
    return render(request, "volunteering/records.html", {"listing": listing(request.GET, rows, per_page=20)})


def correct(request, record) -> None:
    form = CorrectForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请写明正确的分钟数和理由。"))
        return
    told = form.cleaned_data
    try:
        correct_attendance(record, minutes=told["minutes"], by=request.user, why=told["words"])
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
    else:
        messages.success(request, _("已提交更正，请另一位同事确认；原来的记录照样留着。"))
