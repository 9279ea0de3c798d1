"""Every route of the platform, by app."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
