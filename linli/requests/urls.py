"""Routes of residents' requests, included at `requests/`."""

from django.urls import path

from . import desk_views, outbox_views, public_views, views

urlpatterns = [
    path("", views.public_list, name="request-list"),
    path("new/", views.file_request, name="request-start"),
    path("new/<slug:screen>/", views.file_request, name="request-new"),
    path("offline/", outbox_views.offline_form, name="request-offline"),
    path("outbox/", outbox_views.outbox, name="request-outbox"),
    path("sent/", views.sent, name="request-sent"),
    path("look-up/", views.look_up_request, name="request-look-up"),
    path("mine/", views.my_requests, name="request-mine"),
    path("enter/", views.enter, name="request-enter"),
    path("bulk/", desk_views.bulk, name="request-bulk"),
    path("bulk/<int:pk>/", desk_views.bulk_run, name="request-bulk-run"),
    path("rules/try/", desk_views.try_rules, name="request-try-rules"),
    path("topics/", desk_views.topics, name="request-topics"),
    path("figures/", desk_views.figures, name="request-figures"),
    path("adopted/", public_views.adopted, name="request-adopted"),
    path("poster/", desk_views.poster, name="request-poster"),
    path("photos/<str:number>/", desk_views.photos, name="request-photos"),
    path("map.json", public_views.public_map, name="request-map"),
    path("feed.xml", public_views.feed, name="request-feed"),
    path("watch/", public_views.watch_page, name="request-watch"),
]
