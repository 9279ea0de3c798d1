"""Files that belong to a row, and the letter a row is printed as."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.files.actions import store
from linli.ui.routes import signed_in

from .. import attaching, forms, rules
from ..declaring import registers
from ..letters import letters, write_letter
from ..models import RowFile
from . import add_errors, changeable_record, own_record


@signed_in
@require_http_methods(["GET", "POST"])
def record_file(request, name, pk):
    """Bring a paper or picture to a row."""
    register, record = changeable_record(request, name, pk)
    form = forms.FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = store(form.cleaned_data["file"], by=request.user, purpose=attaching.FILE)
            attaching.attach(register, record, by=request.user, file=file, title=form.cleaned_data["title"])
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已添加附件。"))
            return redirect("record-detail", name, pk)
    context = {"register": register, "record": record, "form": form}
    return render(request, "registers/record_file.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def file_remove(request, pk):
    """Take a file away from its row."""
    added = get_object_or_404(RowFile.objects.shown().visible_to(request.user), pk=pk)
    if not request.user.may(registers[added.register].edit, at=added.place):
        raise Http404
    attaching.detach(added, by=request.user)
    messages.success(request, _("已删去附件。"))
    return redirect("record-detail", added.register, added.row)


@signed_in
@require_safe
def record_letter(request, name, pk):
    """The row as it is printed; whoever keeps the row prints it, and that is noted."""
    register, record = own_record(request, name, pk)
    if name not in letters or not rules.can_change(request.user, register, record):
        raise Http404
    letter = write_letter(register, record, by=request.user)
    context = {"letter": letter, "register": register, "record": record}
    answer = render(request, "registers/letter.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
