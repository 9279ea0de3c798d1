from django.urls import path

from .views import cockpit, editions, evaluations, figures, opening, plans, tasks

urlpatterns = [
    path("", plans.plan_list, name="plan-list"),
    path("figures/", figures.figure_desk, name="figure-desk"),
    path("figures/review/", figures.figure_review, name="figure-review"),
    path("figures/lock/<slug:code>/", figures.figure_lock, name="figure-lock"),
    path("figures/<slug:code>/<slug:period>/", figures.figure_sheet, name="figure-sheet"),
    path("measures/<str:code>/", plans.measure_records, name="measure-records"),
    path("replies/", opening.plan_replies, name="plan-replies"),
    path("quality/", cockpit.data_quality, name="data-quality"),
    path("evaluations/", evaluations.evaluation_list, name="evaluation-list"),
    path("evaluations/<int:pk>/", evaluations.evaluation_round, name="evaluation-round"),
    path("evaluations/of/<int:pk>/", evaluations.evaluation_public, name="evaluation-public"),
    path("rounds/<int:pk>/", tasks.supervision_round, name="supervision-round"),
    path("editions/<int:pk>/", editions.edition_detail, name="edition-detail"),
    path("editions/<int:pk>/<slug:kind>/", editions.edition_paper, name="edition-paper"),
    path("<slug:code>/", plans.plan_public, name="plan-public"),
    path("<slug:code>/tasks/", plans.plan_tasks, name="plan-tasks"),
    path("<slug:code>/data/<slug:shape>/", opening.plan_data, name="plan-data"),
    path("<slug:code>/reply/", opening.plan_reply, name="plan-reply"),
    path("<slug:code>/editions/", editions.plan_editions, name="plan-editions"),
    path("<slug:code>/ledger/", tasks.plan_ledger, name="plan-ledger"),
    path("<slug:code>/tasks/<slug:task>/share/", tasks.task_share, name="task-share"),
    path("<slug:code>/rounds/", tasks.round_open, name="round-open"),
    path("<slug:code>/scorecard/", plans.plan_scorecard, name="plan-scorecard"),
    path("<slug:code>/indicators/<slug:indicator>/", plans.indicator_detail, name="indicator-detail"),
    path("<slug:code>/indicators/<slug:indicator>/trend/", cockpit.indicator_trend, name="indicator-trend"),
    path(
        "<slug:code>/indicators/<slug:indicator>/map.json", cockpit.indicator_map_json, name="indicator-map"
    ),
    path(
        "<slug:code>/indicators/<slug:indicator>/what-if/",
        cockpit.indicator_what_if,
        name="indicator-what-if",
    ),
]
