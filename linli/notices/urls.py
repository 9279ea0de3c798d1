from django.urls import path

from . import views

urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("<int:pk>/read/", views.notice_read, name="notice-read"),
    path("read-all/", views.notice_read_all, name="notice-read-all"),
    path("channel/", views.notice_channel, name="notice-channel"),
    path("letters/", views.letter_list, name="letter-list"),
    path("letters/print/", views.letter_print, name="letter-print"),
    path("lost-factor/", views.lost_factor, name="lost-factor"),
    path("undelivered/", views.undelivered_list, name="undelivered-list"),
    path("undelivered/<int:pk>/try-again/", views.undelivered_try_again, name="undelivered-try-again"),
]
