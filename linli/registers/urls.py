from django.urls import path

from . import views
from .views import asked, papers

urlpatterns = [
    path("", views.register_index, name="register-index"),
    path("changes/", views.change_list, name="change-list"),
    path("changes/mine/", views.change_mine, name="change-mine"),
    path("changes/<int:pk>/", views.change_answer, name="change-answer"),
    path("asks/", asked.ask_index, name="ask-index"),
    path("asks/mine/", asked.ask_mine, name="ask-mine"),
    path("asks/waiting/", asked.ask_waiting, name="ask-waiting"),
    path("asks/waiting/<int:pk>/", asked.ask_answer, name="ask-answer"),
    path("asks/waiting/<int:pk>/refuse/", asked.ask_refuse, name="ask-refuse"),
    path("asks/mine/<int:pk>/withdraw/", asked.ask_withdraw, name="ask-withdraw"),
    path("asks/of/<slug:name>/", asked.ask_open, name="ask-open"),
    path("asks/of/<slug:name>/<int:pk>/", asked.ask_new, name="ask-new"),
    path("files/<int:pk>/remove/", papers.file_remove, name="row-file-remove"),
    path("<slug:name>/", views.register_list, name="register-list"),
    path("<slug:name>/new/", views.record_new, name="record-new"),
    path("<slug:name>/nothing/", views.register_nothing, name="register-nothing"),
    path("<slug:name>/export/", views.register_export, name="register-export"),
    path("<slug:name>/<int:pk>/", views.record_detail, name="record-detail"),
    path("<slug:name>/<int:pk>/edit/", views.record_edit, name="record-edit"),
    path("<slug:name>/<int:pk>/confirm/", views.record_confirm, name="record-confirm"),
    path("<slug:name>/<int:pk>/archive/", views.record_archive, name="record-archive"),
    path("<slug:name>/<int:pk>/merge/", views.record_merge, name="record-merge"),
    path("<slug:name>/<int:pk>/wrong/", views.record_wrong, name="record-wrong"),
    path("<slug:name>/<int:pk>/reveal/", views.record_reveal, name="record-reveal"),
    path("<slug:name>/<int:pk>/files/", papers.record_file, name="record-file"),
    path("<slug:name>/<int:pk>/letter/", papers.record_letter, name="record-letter"),
]
