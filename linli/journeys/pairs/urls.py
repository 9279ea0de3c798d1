"""Routes of what two domains do together."""

from django.urls import path

from . import views

urlpatterns = [
    path("volunteering/pairs/", views.my_pairs, name="my-pairs"),
    path("volunteering/pairs/desk/", views.pair_desk, name="pair-desk"),
    path("volunteering/pairs/desk/<uuid:pk>/", views.pair_propose, name="pair-propose"),
]
