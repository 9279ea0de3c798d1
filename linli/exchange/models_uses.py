"""What is given out all day long, counted by day: the short form of the log of uses."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DailyUse(models.Model):
    """How often an entry was used on a day and how many rows went; kept three years, only ever grows.

    For public feeds, where nobody is known and a row for each call would be the largest table of the platform.
    """

    entry = models.ForeignKey("exchange.Entry", models.PROTECT, related_name="daily_uses")
    act = models.CharField(_("动作"), max_length=10)  # one of Use.Act
    on = models.DateField(_("日期"))
    use_count = models.PositiveBigIntegerField(_("次数"))
    row_count = models.PositiveBigIntegerField(_("条数"))
    last_at = models.DateTimeField(_("时间"))

    personal: dict = {}

    class Meta:
        verbose_name = _("每日使用")
        constraints = [
            models.UniqueConstraint(fields=["entry", "act", "on"], name="use_of_a_day_is_counted_once"),
            models.CheckConstraint(condition=Q(use_count__gt=0), name="use_of_a_day_was_a_use"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="count_is_kept_three_years",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="IF OLD.\"on\" > now() - interval '3 years' THEN "
                "RAISE EXCEPTION 'a use is kept for three years'; END IF; RETURN OLD;",
            ),
            pgtrigger.Trigger(
                name="count_only_grows",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func='IF (NEW.entry_id, NEW.act, NEW."on") IS DISTINCT FROM (OLD.entry_id, OLD.act, OLD."on") '
                "OR NEW.use_count <= OLD.use_count OR NEW.row_count < OLD.row_count THEN "
                "RAISE EXCEPTION 'a count of uses only grows'; END IF; RETURN NEW;",
            ),
        ]
