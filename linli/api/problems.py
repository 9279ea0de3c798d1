"""Refusals of the API as application/problem+json (RFC 9457): status, title, detail and what mends it."""

import json
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "请求无法理解",
    401: "需要登录或有效的令牌",
    403: "没有相应的权限",
    404: "没有找到",
    405: "这个地址不支持这种操作",
    409: "与正在进行的操作冲突",
    412: "内容已被别人改动",
    413: "内容太大",
    415: "只接受 JSON 内容",
    422: "内容不符合要求",
    428: "修改前请先说明所依据的版本",
    429: "请求太频繁",
    500: "系统出了差错",
    503: "系统暂时忙不过来",
}


class Problem(Exception):
    """A refusal with a sentence for whoever called; `members` join the answer as they are."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **members: Any):
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers, self.members = headers or {}, members

    def answer(self) -> HttpResponse:
        return problem_answer(self.status, self.detail, headers=self.headers, **self.members)


def problem_answer(
    status: int, detail: str = "", *, headers: dict[str, str] | None = None, **members: Any
) -> HttpResponse:
    """The answer for a refusal; never holds what was sent, except where `members` say so."""
    body = {"type": "about:blank", "title": TITLES.get(status, "请求未完成"), "status": status, **members}
    if detail:
        body["detail"] = detail
    content = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)
