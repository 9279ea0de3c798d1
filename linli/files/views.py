"""Files out: through what they belong to, with our type, and unable to do anything (I9)."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.ui.routes import public

from .actions import record_reading
from .kinds import PICTURES, purposes
from .models import StoredFile
from .rules import can_see


@public  # some files belong to public things; what the file belongs to decides, and says 404 to others
@require_GET
def file_content(request, pk):
    """The file as a download; `?inline=1` shows a picture in its page."""
    file = get_object_or_404(StoredFile.objects.live(), pk=pk)
    if not can_see(request.user, file):
        raise Http404
    if file.state != StoredFile.State.READY:
        raise PermissionDenied(_("文件正在等待安全检查，通过后才能打开。"))
    if purposes[file.purpose].sensitivity == 3:
        record_reading(file, by=request.user)
    inline = bool(request.GET.get("inline")) and file.media_type in PICTURES
    answer = FileResponse(
        file.path.open("rb"), as_attachment=not inline, filename=file.name, content_type=file.media_type
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer
