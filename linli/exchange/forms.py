"""The form of an upload."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    table = forms.FileField(
        label=_("表格文件"),
        help_text=_("xlsx、xls、ods 或 csv。先检查，不会马上写入；有问题的行会退回给您改。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
