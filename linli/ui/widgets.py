"""Form widgets that more than one part of the platform asks for."""

from django import forms


class ChecksInColumns(forms.CheckboxSelectMultiple):
    """Boxes side by side, for lists of fifty; the classes lay out their frame, not each box."""

    def __init__(self, *, wide: bool = False):
        super().__init__(attrs={"class": "in-columns wide" if wide else "in-columns"})

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        del option["attrs"]["class"]
        return option
