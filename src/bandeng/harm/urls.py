"""Addresses of enterprises, of alerts, and of the enterprise that answers."""

from django.urls import URLPattern, path

from bandeng.harm.views import alerts, board, enterprise, files

urlpatterns: list[URLPattern] = [
    path("enterprise/", enterprise.find, name="harm_letter"),
    path("enterprise/open/", enterprise.show, name="harm_letter_open"),
    path("enterprise/answer", enterprise.answer, name="harm_letter_answer"),
    path("enterprise/leave", enterprise.leave, name="harm_letter_leave"),
    path("desk/enterprises/", board.board, name="desk-harm"),
    path("desk/enterprises/all/", board.enterprises, name="desk-harm-enterprises"),
    path("desk/enterprises/all/<str:number>/", board.enterprise, name="desk-harm-enterprise"),
    path("desk/enterprises/pairs/", board.pairs, name="desk-harm-pairs"),
    path("desk/enterprises/pairs/<int:pair_id>", board.pair, name="desk-harm-pair"),
    path("desk/enterprises/notices", board.notices, name="desk-harm-notices"),
    path("desk/enterprises/files/", files.files, name="desk-harm-files"),
    path("desk/enterprises/files/<str:kind>.csv", files.blank, name="desk-harm-file-blank"),
    path("desk/enterprises/files/<int:import_id>/", files.file, name="desk-harm-file"),
    path("desk/enterprises/files/<int:import_id>/bring", files.bring, name="desk-harm-file-bring"),
    path("desk/enterprises/files/<int:import_id>/drop", files.drop, name="desk-harm-file-drop"),
    path("desk/enterprises/files/<int:import_id>/undo", files.undo, name="desk-harm-file-undo"),
    path("desk/enterprises/study/", board.study, name="desk-harm-study"),
    path("desk/enterprises/<int:alert_id>/", alerts.alert, name="desk-harm-alert"),
    path("desk/enterprises/<int:alert_id>/letter", alerts.letter, name="desk-harm-letter"),
    path("desk/enterprises/<int:alert_id>/letter/code", alerts.letter_code, name="desk-harm-letter-code"),
    path("desk/enterprises/<int:alert_id>/<str:name>", alerts.act, name="desk-harm-act"),
    path("desk/topics/", board.topics, name="desk-topics"),
    path("desk/topics/<int:topic_id>/", board.topic, name="desk-topic"),
]
