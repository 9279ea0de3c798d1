"""Changes are made against a version: a stale one is a conflict that shows both texts (security L6)."""

import re

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from .problems import Problem


class StaleVersion(Exception):
    """The row has moved on since it was read; raised by actions that compare and set."""


def tag_of(version: int) -> str:
    """The ETag of a row's version number."""
    return f'"v{version}"'


def show_version(request: HttpRequest, response: HttpResponse, version: int) -> bool:
    """Put the ETag on the answer; True when the caller has this version already (answer 304 then)."""
    response["ETag"] = tag_of(version)
    return tag_of(version) in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]


def version_meant(request: HttpRequest) -> int:
    """The version named in If-Match; Problem 428 when there is none, 412 when it cannot be one of ours."""
    named = request.headers.get("If-Match")
    if named is None:
        raise Problem(428, "请在 If-Match 中写明读取时得到的 ETag。")
    found = re.fullmatch(r'"v([0-9]{1,9})"', named.strip())
    if not found:
        raise Problem(412, "If-Match 不是本接口给出的 ETag。")
    return int(found[1])


def both_versions(current: BaseModel, yours: BaseModel, version: int) -> Problem:
    """412 with what stands now and what the caller wanted, so that a person can choose."""
    return Problem(
        412,
        "您读取之后，内容已被改动；您的修改没有保存。",
        headers={"ETag": tag_of(version)},
        current=current.model_dump(mode="json"),
        yours=yours.model_dump(mode="json", exclude_unset=True),
    )
