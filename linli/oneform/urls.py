from django.urls import path

from . import views

urlpatterns = [
    path("", views.form_list, name="form-list"),
    path("burden/", views.form_burden, name="form-burden"),
    path("definitions/new/", views.form_define, name="form-define"),
    path("definitions/<slug:code>/open/", views.form_open, name="form-open"),
    path("definitions/<slug:code>/wide/", views.form_wide, name="form-wide"),
    path("admission/", views.admission, name="form-admission"),
    path("<slug:number>/fill/", views.form_fill, name="form-fill"),
    path("<slug:number>/table/", views.form_table, name="form-table"),
]
