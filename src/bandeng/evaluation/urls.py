"""Addresses of `evaluation`."""

from django.urls import URLPattern, path

from bandeng.evaluation.views import audits, board, ratings, rules, scores, staffing

urlpatterns: list[URLPattern] = [
    path("evaluation/", board.index, name="evaluation"),
    path("evaluation/draft", board.draft, name="evaluation-draft"),
    path("evaluation/<int:evaluation_id>/", board.board, name="evaluation-board"),
    path("evaluation/<int:evaluation_id>/sign", board.sign, name="evaluation-sign"),
    path("evaluation/<int:evaluation_id>/export.<str:form>", board.export, name="evaluation-export"),
    path("evaluation/<int:evaluation_id>/do/<str:name>", board.act, name="evaluation-act"),
    path("evaluation/mine/", scores.mine, name="evaluation-mine"),
    path("evaluation/scores/<int:score_id>/", scores.score, name="evaluation-score"),
    path("evaluation/scores/<int:score_id>/<str:duty>/", scores.records, name="evaluation-records"),
    path("evaluation/scores/<int:score_id>/<str:duty>/object", scores.objection, name="evaluation-object"),
    path("evaluation/objections/", scores.objections, name="evaluation-objections"),
    path("evaluation/objections/<int:objection_id>/", scores.answer, name="evaluation-answer"),
    path("evaluation/forms/<int:rating_id>/", ratings.form, name="evaluation-form"),
    path("evaluation/comments/", ratings.comments, name="evaluation-comments"),
    path("evaluation/comments/<int:rating_id>", ratings.comment, name="evaluation-comment"),
    path("evaluation/audits/", audits.index, name="evaluation-audits"),
    path("evaluation/audits/draw", audits.draw, name="evaluation-audit-draw"),
    path("evaluation/audits/<int:sample_id>/", audits.sample, name="evaluation-audit"),
    path("evaluation/audits/records/<int:record_id>", audits.judge, name="evaluation-judge"),
    path("evaluation/rules/", rules.versions, name="evaluation-rules"),
    path("evaluation/rules/<int:version>/", rules.definitions, name="evaluation-definitions"),
    path("evaluation/rules/<int:version>/export", rules.export, name="evaluation-rules-export"),
    path("evaluation/staffing/", staffing.index, name="evaluation-staffing"),
    path("evaluation/staffing/<int:plan_id>/", staffing.plan, name="evaluation-plan"),
    path("evaluation/staffing/<int:plan_id>/change", staffing.change, name="evaluation-plan-change"),
    path("evaluation/staffing/<int:plan_id>/decide", staffing.decide, name="evaluation-plan-decide"),
]
