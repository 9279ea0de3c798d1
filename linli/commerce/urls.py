"""Routes of community commerce."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.market, name="commerce-market"),
    path("rules/", views.book, name="commerce-book"),
    path("new/", views.offer_new, name="commerce-offer-new"),
    path("mine/", views.mine, name="commerce-mine"),
    path("check/", views.check, name="commerce-check"),
    path("orders/<int:pk>/<slug:step>/", views.order_step, name="commerce-order-step"),
    path("<int:pk>/", views.offer, name="commerce-offer"),
    path("<int:pk>/end/", views.offer_end, name="commerce-offer-end"),
]
