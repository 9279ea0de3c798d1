from django.urls import path

from . import views

urlpatterns = [
    path("", views.form_list, name="form-list"),
    path("burden/", views.form_burden, name="form-burden"),
    path("definitions/<slug:code>/open/", views.form_open, name="form-open"),
    path("<slug:number>/fill/", views.form_fill, name="form-fill"),
    path("<slug:number>/table/", views.form_table, name="form-table"),
]
