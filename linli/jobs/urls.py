from django.urls import path

from . import views

urlpatterns = [
    path("", views.job_list, name="job-list"),
    path("<int:job>/try-again/", views.job_try_again, name="job-try-again"),
    path("long/<int:pk>/", views.long_job, name="long-job"),
]
