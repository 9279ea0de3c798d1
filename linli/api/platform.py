"""The API itself: ninja with our refusals, our strictness and a description that leaves no answer out."""

import json
from functools import cache, wraps
from typing import Any

from django.core.exceptions import (
    ImproperlyConfigured,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from linli.ui.routes import PUBLIC

from .doors import ASK
from .plain import plain_page
from .problems import CONTENT_TYPE, TITLES, Problem, problem_answer
from .schemas import ProblemShown

EVERYWHERE = (401, 403, 404, 422, 429, 500, 503)
WITH_BODY = (400, 409, 413, 415)


class PlainJson(Parser):
    """JSON as the standard has it: no NaN, no key twice."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_constant=_refuse, object_pairs_hook=_each_key_once)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) != len(pairs):
        raise ValueError("a key is given twice")
    return dict(pairs)


class TwoOfOneName(ImproperlyConfigured):
    """Two apps describe different things under one name; one would stand where the other is meant."""


class Description(OpenAPISchema):
    """The description, which refuses what ninja would pass over: a name that means two things."""

    def add_schema_definitions(self, definitions: dict) -> None:
        for name, told in definitions.items():
            if self.schemas.get(name, told) != told:
                raise TwoOfOneName(
                    f"the description of the API has two schemas {name!r}; see api.schemas.choice"
                )
        super().add_schema_definitions(definitions)


class LinliAPI(NinjaAPI):
    """Ninja, with refusals as problem+json, unknown parameters refused, every answer described."""

    def __init__(self, **said: Any):
        super().__init__(parser=PlainJson(), docs_decorator=_open, **said)
        self._described = cache(self._describe)
        for kind, answer in REFUSALS.items():
            self.add_exception_handler(kind, answer)

    def _get_bound_routers(self):
        routers = super()._get_bound_routers()
        for operation in self._operations():
            if not hasattr(operation.run, "is_strict"):  # ninja may have bound them before anybody asked here
                operation.run = _without_strangers(operation)
                operation._result_to_response = _plainly(operation)
        return routers

    def _get_urls(self):
        """Ninja makes one route for each operation, then the root: each says who may enter (P1)."""
        urls = super()._get_urls()
        operations = list(self._operations())
        for url, operation in zip(urls[-len(operations) - 1 : -1], operations, strict=True):
            url.callback.declared = operation.auth_callbacks[0].door.declared
        urls[-1].callback.declared = PUBLIC  # answers 404
        return urls

    def create_response(self, request: HttpRequest, data: Any, **said: Any) -> HttpResponse:
        """The answer, which also knows how many rows it gives (`row_count`): the register of exchange counts them."""
        answer = super().create_response(request, data, **said)
        rows = data.get("items", data) if isinstance(data, dict) else data
        answer.row_count = len(rows) if isinstance(rows, list) else int(data is not None)
        return answer

    def _operations(self):
        for router in super()._get_bound_routers():
            for view in router.path_operations.values():
                yield from view.operations

    def get_openapi_schema(self, *, path_prefix=None, path_params=None):
        """The description; made once, for it costs more than any answer."""
        return self._described(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def _describe(self, path_prefix: str):
        schema = Description(api=self, path_prefix=path_prefix)
        schema["components"]["schemas"]["Problem"] = ProblemShown.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        schema["components"]["schemas"] |= schema["components"]["schemas"]["Problem"].pop("$defs", {})
        anybody = {self.get_openapi_operation_id(o) for o in self._operations() if _is_open(o)}
        for operations in schema["paths"].values():
            for details in operations.values():
                for status in _refusals_of(details):
                    details["responses"].setdefault(status, _refusal(status))
                if details["operationId"] in anybody:
                    details["security"] = [*details["security"], {}]
        return schema

    def get_openapi_operation_id(self, operation) -> str:
        """The name of the view: short, and a reader finds it in the code."""
        return operation.view_func.__name__


def _is_open(operation) -> bool:
    return operation.auth_callbacks[0].door.declared.who == PUBLIC.who


def _refusals_of(details: dict) -> list[int]:
    statuses = [*EVERYWHERE, *(WITH_BODY if "requestBody" in details else ())]
    if any(parameter["name"] == "If-Match" for parameter in details["parameters"]):
        statuses += [412, 428]
    return statuses


def _refusal(status: int) -> dict:
    shown = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": TITLES[status], "content": {CONTENT_TYPE: shown}}


def _open(view):
    view.declared = PUBLIC
    return view


def _without_strangers(operation):
    """Refuse query parameters the operation does not know (P7): ninja would pass over them in silence."""
    run = operation.run
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }

    @wraps(run)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        strangers = sorted(set(request.GET) - known)
        if not strangers:
            return run(request, **kwargs)
        errors = [{"where": f"query.{name[:60]}", "reason": "没有这个参数"} for name in strangers[:20]]
        return problem_answer(422, errors=errors)

    checked.is_strict = True
    return checked


def _plainly(operation):
    """Write pages of plain rows without a second look at each value (`linli.api.plain`)."""
    to_response, model = operation._result_to_response, operation.response_models.get(200)

    def answer(request: HttpRequest, result: Any, temporal_response: HttpResponse) -> HttpResponse:
        page = plain_page(model, result) if isinstance(result, dict) else None
        if page is None:
            return to_response(request, result, temporal_response)
        temporal_response.status_code = 200
        return operation.api.create_response(request, page, temporal_response=temporal_response)

    return answer


def _invalid_request(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in error["loc"])[:200], "reason": error["msg"]}
        for error in refused.errors
    ]
    return problem_answer(422, errors=errors)


def _invalid_act(request: HttpRequest, refused: Invalid) -> HttpResponse:
    """A rule of the action said no: by field where it named one."""
    named = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    errors = [
        {"where": f"body.{field}".rstrip("."), "reason": reason}
        for field, reasons in named.items()
        for reason in reasons
    ]
    return problem_answer(422, errors=errors)


REFUSALS = {
    Problem: lambda request, problem: problem.answer(),
    ValidationError: _invalid_request,
    Invalid: _invalid_act,
    AuthenticationError: lambda request, refused: problem_answer(401, headers=ASK),
    HttpError: lambda request, refused: problem_answer(refused.status_code),
    Http404: lambda request, refused: problem_answer(404),
    PermissionDenied: lambda request, refused: problem_answer(403, str(refused)),
    RequestDataTooBig: lambda request, refused: problem_answer(413),
    TooManyFieldsSent: lambda request, refused: problem_answer(413),
    UnreadablePostError: lambda request, refused: problem_answer(400),
}
