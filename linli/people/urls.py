from django.urls import path

from . import views

urlpatterns = [
    path("people/", views.person_list, name="person-list"),
    path("people/find/", views.person_find, name="person-find"),
    path("people/new/", views.person_new, name="person-new"),
    path("people/<uuid:pk>/", views.person_detail, name="person-detail"),
    path("people/<uuid:pk>/posts/new/", views.post_new, name="post-new"),
    path("posts/", views.post_list, name="post-list"),
    path("posts/<int:pk>/end/", views.post_end, name="post-end"),
    path("residences/", views.claim_list, name="claim-list"),
    path("residences/new/", views.claim_new, name="claim-new"),
    path("residences/<int:pk>/answer/", views.claim_answer, name="claim-answer"),
]
