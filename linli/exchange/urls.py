from django.urls import path

from . import views

urlpatterns = [
    path("", views.entry_list, name="exchange-list"),
    path("corrections/", views.correction_list, name="exchange-corrections"),
    path("corrections/<int:pk>/answer/", views.answer, name="exchange-answer"),
    path("imports/", views.import_list, name="import-list"),
    path("imports/<int:pk>/", views.import_run, name="import-run"),
    path("imports/<int:pk>/apply/", views.import_apply, name="import-apply"),
    path("imports/new/<slug:kind>/", views.import_new, name="import-new"),
    path("<slug:code>/", views.entry_detail, name="exchange-entry"),
    path("<slug:code>/report/", views.report, name="exchange-report"),
    path("<slug:code>/hand-over/", views.hand_over, name="exchange-hand-over"),
]
