"""Pictures of livelihood projects, and reports of outside evaluators: handed in, published."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.files.actions import ask_deletion
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.plans import rules
from linli.plans.models import Edition, EvaluationRound, EvaluatorReport, LivelihoodProject, ProjectPhoto

MOST_PHOTOS = 12  # of one project: a page that loads on a phone


@transaction.atomic
def add_project_photo(project: LivelihoodProject, *, by, file: StoredFile, caption: str) -> ProjectPhoto:
    """Show how far a project is; ValidationError when there are enough pictures."""
    held = (
        LivelihoodProject.objects.select_for_update(of=("self",)).select_related("place").get(pk=project.pk)
    )
    if not rules.can_assign(by, held.place):
        raise PermissionDenied
    if held.photos.shown().count() >= MOST_PHOTOS:
        raise ValidationError(_("最多 %d 张照片，请先撤下旧的。") % MOST_PHOTOS)
    made = ProjectPhoto(project=held, file=file, caption=caption)
    made.full_clean(exclude=["project"])
    made.save()
    audit.record("plans.project_photo_added", by=by, thing=held, place=held.place)
    return made


@transaction.atomic
def remove_project_photo(photo: ProjectPhoto, *, by) -> None:
    """Take a picture down; the file itself goes after its waiting time."""
    if not rules.can_assign(by, photo.project.place):
        raise PermissionDenied
    ask_deletion(photo.file, by=by)
    audit.record("plans.project_photo_removed", by=by, thing=photo.project, place=photo.project.place)


@transaction.atomic
def hand_in_report(about: Edition | EvaluationRound, *, by, file: StoredFile, **told) -> EvaluatorReport:
    """Keep what an outside evaluator found of an edition or a round; PermissionDenied for anybody else."""
    if not rules.can_evaluate(by, about.place):
        raise PermissionDenied
    link = {"edition" if isinstance(about, Edition) else "round": about}
    made = EvaluatorReport(handed_in_by=by, file=file, **link, **told)
    made.full_clean()
    made.save()
    audit.record("plans.evaluator_report_handed_in", by=by, thing=made, place=about.place)
    return made


@transaction.atomic
def publish_report(report: EvaluatorReport, *, by) -> EvaluatorReport:
    """Show the report to everybody, once; PermissionDenied for who handed it in himself."""
    held = EvaluatorReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not rules.can_publish_report(by, held):
        raise PermissionDenied
    if held.published_on is not None:
        raise ValidationError(_("这份报告已经公布了。"))
    held.published_on, held.published_by = clock.today(), by
    held.save(update_fields=["published_on", "published_by"])
    audit.record("plans.evaluator_report_published", by=by, thing=held, place=held.place)
    return held
