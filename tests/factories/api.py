"""Tokens and clients of the API."""

from django.test import Client

from linli.api.tokens import issue_token


def make_token(user, *scopes: str, days: int = 30) -> tuple:
    """(Token, key) of the user for the scopes."""
    return issue_token(by=user, name="脚本", scopes_wanted=list(scopes), days=days)


def token_client(user, *scopes: str) -> Client:
    """A client that shows a token; forgery is checked as in earnest."""
    _token, key = make_token(user, *scopes)
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})
