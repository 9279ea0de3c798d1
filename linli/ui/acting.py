"""Between a form and the verb it asks for."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def done(form: BaseForm, act: Callable) -> bool:
    """Whether the act was done with what the form tells; what it refuses stands in the form.

    A form that tells otherwise than by its fields has a method `told`.
    """
    if not form.is_valid():
        return False
    try:
        act(**(form.told() if hasattr(form, "told") else form.cleaned_data))
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    return True
