from django.urls import path

from . import views

urlpatterns = [
    path("me/information/", views.information, name="my-information"),
    path("me/information/copy/", views.copy, name="my-copy"),
    path("me/information/correct/", views.correct, name="my-correction"),
    path("me/readings/", views.readings, name="my-readings"),
    path("me/consents/<int:pk>/withdraw/", views.withdraw, name="consent-withdraw"),
    path("people/<uuid:pk>/reveal/", views.reveal, name="person-reveal"),
    path("corrections/", views.corrections, name="correction-list"),
    path("corrections/<uuid:pk>/beside/", views.beside, name="correction-beside"),
    path("corrections/<uuid:pk>/answer/", views.answer, name="correction-answer"),
]
