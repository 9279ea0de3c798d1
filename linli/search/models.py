"""The index: under which words a row is found. It holds no title; what is shown is read from the row."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal


class SearchEntry(models.Model):
    """The words of one row of some app.

    It goes with its row: by `touch`, by the purge's remover, by the nightly rebuild. One that no rebuild has
    confirmed for a month is emptied by the retention.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=40)  # the row's primary key
    words = SearchVectorField(null=True)
    written_at = models.DateTimeField()

    about = ()  # the index does not know whose words these are; the purge tells it which rows go
    personal = {"words": Personal(2, "查找有权查看的记录", "与原记录相同", "30d after written", mask="text")}

    class Meta:
        verbose_name = _("搜索索引")
        indexes = [GinIndex(fields=["words"], name="search_words")]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once_for_a_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
