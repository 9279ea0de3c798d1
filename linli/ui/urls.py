"""Routes of the ui app; included at the root, because the service worker's scope is where it lies."""

from django.urls import path

from linli.ui import views

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("offline/", views.offline, name="offline"),
    path("device-key/", views.device_key, name="device-key"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/search.json", views.gallery_search, name="gallery-search"),
    path("gallery/maps/<str:kind>.json", views.gallery_map, name="gallery-map"),
    path("gallery/<str:page>/", views.gallery, name="gallery-page"),
]
