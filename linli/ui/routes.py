"""What each route asks of a person (control P1): declared on the view, walked by a system check.

A view says it with one of three decorators; routes of libraries are declared in `LIBRARY_ROUTES`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.checks import Error
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from .costs import Cost


@dataclass(frozen=True)
class Declared:
    """Who may enter a route: `public`, `signed_in`, or `needs` a permission somewhere; how often, where it costs.

    `entry` is the code in the register of exchange of a door that gives data to other systems.
    """

    who: str
    permission: str | None = None
    cost: Cost | None = None
    entry: str = ""


@dataclass(frozen=True)
class Route:
    """One line of the URLconf with what its view declares; None means nobody said."""

    pattern: str
    name: str
    view: str
    declared: Declared | None


PUBLIC = Declared("public")
SIGNED_IN = Declared("signed_in")

# Routes of libraries, by the full name of the route. They guard themselves; this table says what they ask,
# so that a route that comes with a new version stops the start until somebody has looked at it.
LIBRARY_ROUTES = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_signup_by_passkey": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "account_request_reauthentication_code": SIGNED_IN,
    "account_confirm_reauthentication_code": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_change_phone": SIGNED_IN,
    "account_verify_phone": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_confirm_password_reset_code": PUBLIC,
    "account_complete_password_reset": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_request_login_code": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "mfa_trust": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_login_webauthn": PUBLIC,
    "mfa_signup_webauthn": PUBLIC,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "socialaccount_connections": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "usersessions_list": SIGNED_IN,
    "openapi-json": PUBLIC,
    "openapi-view": PUBLIC,
    "api-root": PUBLIC,
}
LIBRARIES = ("allauth.", "ninja.")


def public(view):
    """Everybody may enter."""
    view.declared = PUBLIC
    return view


def signed_in(view):
    """Whoever has signed in may enter; others are sent to sign in and come back."""

    @wraps(view)
    def entered(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    entered.declared = SIGNED_IN
    return entered


def needs(permission):
    """Whoever holds the permission somewhere may enter; which objects he sees there, the scope decides."""

    def declare(view):
        @wraps(view)
        def entered(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        entered.declared = Declared("needs", permission)
        return entered

    return declare


def costly(cost: Cost):
    """Whoever comes more often than the cost says is told to wait (I13); stands above who may enter."""

    def declare(view):
        view.declared = replace(view.declared, cost=cost)
        return view

    return declare


def feeds(entry: str):
    """What the view answers goes to other systems: counted under this entry of the register of exchange."""

    def declare(view):
        view.declared = replace(view.declared, entry=entry)
        return view

    return declare


def list_routes(resolver=None, *, prefix="", namespace="") -> Iterator[Route]:
    """Every route of the URLconf with its declaration, in the order Django tries them; API paths by method."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, (namespace, entry.namespace)))
            yield from list_routes(entry, prefix=pattern, namespace=inner)
            continue
        name = ":".join(filter(None, (namespace, entry.name)))
        operations = _operations(entry.callback)
        for operation in operations:
            said = getattr(operation.view_func, "declared", None) or _declared_by_door(operation)
            methods = " ".join(sorted(operation.methods))
            yield Route(f"{methods} {pattern}", name, _name_of(operation.view_func), said)
        if not operations:
            yield Route(pattern, name, entry.lookup_str, _declared_by(entry))


def _operations(callback):
    """The operations behind a path of django-ninja, which hides them in the closure of its view."""
    for cell in getattr(callback, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents.operations
    return []


def _declared_by_door(operation) -> Declared | None:
    """What the `auth=` of an API operation says (linli.api.doors)."""
    doors = [callback.door for callback in operation.auth_callbacks if hasattr(callback, "door")]
    return doors[0].declared if doors else None


def _name_of(view):
    return f"{view.__module__}.{view.__qualname__}"


def _declared_by(entry: URLPattern) -> Declared | None:
    declared = getattr(entry.callback, "declared", None)
    if declared is None and entry.lookup_str.startswith(LIBRARIES):
        return LIBRARY_ROUTES.get(entry.name)
    if entry.lookup_str == "django.views.generic.base.RedirectView":
        return PUBLIC  # shows nothing: the route it leads to says who may enter
    return declared


def undeclared_routes_check(app_configs=None, **_kwargs):
    """One error for each route that does not say who may enter (control P1)."""
    # by pattern, because ninja gives a path once for each of its operations
    undeclared = {route.pattern: route for route in list_routes() if route.declared is None}
    return [
        Error(
            f"the route {route.pattern!r} ({route.view}) does not say who may enter",
            hint="Put @public, @signed_in or @needs('app.verb') of linli.ui.routes on the view.",
            id="linli.P1",
        )
        for route in undeclared.values()
    ]


def refuse_undeclared_routes():
    """Raise at start-up when a route is undeclared: servers do not run Django's checks by themselves."""
    undeclared = [error.msg for error in undeclared_routes_check()]
    if undeclared:
        raise RuntimeError("control P1: " + "; ".join(undeclared))
