"""Large tables are checked and applied behind the page; the person sees how far it is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from linli import jobs
from linli.files.models import StoredFile
from linli.jobs.long import progress

from .devices.keeping import forget_old
from .imports.running import apply_import, check_stored, why
from .models import ImportRun


@jobs.job("exchange.check-import", one_transaction=False)
def check_large(*, file_id: str, kind: str, long_id: int) -> None:
    """Dry-run a stored table; what is refused is told in the long job, and nothing is tried again."""
    source = StoredFile.objects.select_related("by").get(pk=file_id)
    with progress(long_id) as work:
        if ImportRun.objects.filter(file=source).exists():
            return  # the try before this one got as far
        try:
            run, _checked = check_stored(
                source, kind=kind, by=source.by, tell=lambda text: work.set(0, message=text)
            )
        except (ValidationError, PermissionDenied) as refused:
            work.set(0, message=why(refused))
            return
        told = {"rows": run.row_count, "problems": run.problem_count}
        work.set(
            1, total=1, message=_("检查完毕：%(rows)d 行，%(problems)d 处问题。请到“导入表格”继续。") % told
        )


@jobs.job("exchange.apply-import", one_transaction=False)
def apply_large(*, run_id: int, rows: str, long_id: int) -> None:
    """Apply a checked table in one transaction; applied twice it is the same."""
    run = ImportRun.objects.select_related("by").get(pk=run_id)
    with progress(long_id) as work:
        work.set(0, message=_("正在导入 %d 行，全部成功或一行不留。") % run.row_count)
        try:
            run = apply_import(run, by=run.by, rows="good" if rows == "good" else "all")
        except (ValidationError, PermissionDenied) as refused:
            work.set(0, message=why(refused))
            return
        work.set(1, total=1, message=_("已导入 %d 行。") % run.applied_count)


@jobs.periodic("40 2 * * *", "exchange.forget-readings")
def forget_readings() -> None:
    forget_old()
