"""What an outside evaluator of the demonstration city hands in about a frozen edition, and the planner publishes."""

from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
import typst
from django.core.files.base import ContentFile

from linli.files.actions import store
from linli.people.models import User

from . import actions
from .forms.handed_in import REPORT
from .models import Edition

TITLE = "社区服务体系建设规划实施情况第三方评估报告"
CONCLUSION = "规划指标多数达到进度；农村社区的养老和托育设施偏少，建议明年的补短板项目优先安排在青蓼县。"
PAPER = """
#set document(title: "{title}")
#set text(lang: "zh", size: 12pt)
= {title}
评估范围：{place}，{period}。评估方式：核对定稿数据、抽查 12 个社区、访谈 40 名居民。

== 主要结论
{conclusion}
"""


def hand_in_report(planner: User) -> None:
    """One report about the newest edition in the planner's reach; nothing where nobody evaluates there."""
    evaluator = User.objects.filter(username="outside-evaluator").first()
    edition = (
        Edition.objects.filter(planner.scope("plans.freeze", "place")).defer("tables").order_by("pk").last()
    )
    if evaluator is None or edition is None:
        return
    text = PAPER.format(title=TITLE, place=edition.place.name, period=edition.period, conclusion=CONCLUSION)
    folder = str(Path(fonts.__file__).parent)
    body = typst.compile(text.encode(), font_paths=[folder], ignore_system_fonts=True)
    file = store(ContentFile(body, name="第三方评估报告.pdf"), by=evaluator, purpose=REPORT)
    report = actions.hand_in_report(
        edition, by=evaluator, file=file, title=TITLE, evaluator="省社区发展研究中心", conclusion=CONCLUSION
    )
    actions.publish_report(report, by=planner)
