"""The API of the whole platform: each app's router under its noun."""

from django.utils.translation import gettext_lazy as _

from linli.api.api import router as tokens
from linli.api.platform import LinliAPI
from linli.exchange.api import router as exchange
from linli.facilities.api import router as facilities
from linli.organisations.api import router as organisations
from linli.people.api import router as people
from linli.places.api import router as places
from linli.plans.api import router as plans
from linli.reach.api import router as reach
from linli.reach.asking_api import router as reach_asking

api = LinliAPI(
    title="Linli 邻里",
    version="1.0.0",
    urls_namespace="api",
    description=str(
        _(
            "用令牌（Authorization: Bearer …）或已登录的会话访问。错误一律为 application/problem+json；"
            "列表按 next 翻页；修改时用 If-Match 写明依据的版本；重要的提交请带 Idempotency-Key。"
        )
    ),
)
api.add_router("", tokens)
api.add_router("", places)
api.add_router("", people)
api.add_router("", exchange)
api.add_router("", facilities)
api.add_router("", organisations)
api.add_router("", plans)
api.add_router("", reach)
api.add_router("", reach_asking)
