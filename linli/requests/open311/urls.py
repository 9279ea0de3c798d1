"""Routes of GeoReport v2, included at `open311/v2/`."""

from django.urls import path

from . import methods

urlpatterns = [
    path("discovery.<slug:form>", methods.discovery, name="open311-discovery"),
    path("services.<slug:form>", methods.services, name="open311-services"),
    path("services/<slug:code>.<slug:form>", methods.service, name="open311-service"),
    path("requests.<slug:form>", methods.requests, name="open311-requests"),
    path("requests/<str:number>.<slug:form>", methods.one_request, name="open311-request"),
    path("tokens/<str:number>.<slug:form>", methods.token, name="open311-token"),
]
