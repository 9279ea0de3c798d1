"""Who may see a file: whoever may see what it belongs to (P4)."""

from django.core.exceptions import ImproperlyConfigured

from .models import StoredFile


def parents() -> list[tuple[type, str]]:
    """Every (model, field) that points to files; each such model has `objects.visible_to(user)`."""
    found = []
    for relation in StoredFile._meta.get_fields(include_hidden=True):  # hidden: related_name="+"
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        if relation.many_to_many:
            raise ImproperlyConfigured(f"{relation.related_model}: point to files by a foreign key")
        found.append((relation.related_model, relation.field.name))
    return found


def can_see(user, file: StoredFile) -> bool:
    """Does something the user may see hold the file? Until something does, only who brought it sees it."""
    belongs = False
    for model, field in parents():
        if model.objects.visible_to(user).filter(**{field: file}).exists():
            return True
        belongs = belongs or model._base_manager.filter(**{field: file}).exists()
    return not belongs and user.is_authenticated and file.by_id == user.pk
