"""Routes of residents' requests, included at `requests/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.public_list, name="request-list"),
    path("new/", views.file_request, name="request-start"),
    path("new/<slug:screen>/", views.file_request, name="request-new"),
    path("sent/", views.sent, name="request-sent"),
    path("look-up/", views.look_up_request, name="request-look-up"),
    path("mine/", views.my_requests, name="request-mine"),
    path("enter/", views.enter, name="request-enter"),
]
