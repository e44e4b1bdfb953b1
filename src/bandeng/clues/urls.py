"""Addresses of clues, of fraud and of talks."""

from django.urls import URLPattern, path

from bandeng.clues.views import figures, fraud, mailbox, officers, reporter

urlpatterns: list[URLPattern] = [
    path("clues/", reporter.home, name="clue_home"),
    path("clues/report/", reporter.what, name="clue_what"),
    path("clues/report/about/", reporter.about, name="clue_about"),
    path("clues/report/who/", reporter.who, name="clue_who"),
    path("clues/report/check/", reporter.check, name="clue_check"),
    path("clues/report/done/", reporter.done, name="clue_done"),
    path("clues/report/pictures/<str:digest>", reporter.draft_picture, name="clue_draft_picture"),
    path("clues/mailbox/", mailbox.find, name="clue_mailbox"),
    path("clues/mailbox/open/", mailbox.show, name="clue_mailbox_open"),
    path("clues/mailbox/write", mailbox.write, name="clue_mailbox_write"),
    path("clues/mailbox/leave", mailbox.leave, name="clue_mailbox_leave"),
    path("clues/mailbox/pictures/<int:photo_id>", mailbox.picture, name="clue_mailbox_picture"),
    path("desk/clues/", officers.inbox, name="desk-clues"),
    path("desk/clues/openings/", officers.openings, name="desk-clue-openings"),
    path("desk/clues/openings/<int:number>/", officers.opening, name="desk-clue-opening"),
    path("desk/clues/notices/", officers.notices, name="desk-clue-notices"),
    path("desk/clues/figures/", figures.figures, name="desk-clue-figures"),
    path("desk/clues/figures/export/<str:form>", figures.export, name="desk-clue-figures-export"),
    path("desk/clues/<str:number>/", officers.clue, name="desk-clue"),
    path("desk/clues/<str:number>/link", officers.link, name="desk-clue-link"),
    path("desk/clues/<str:number>/lift", officers.lift, name="desk-clue-lift"),
    path("desk/clues/<str:number>/pictures/<int:photo_id>", officers.picture, name="desk-clue-picture"),
    path("desk/clues/<str:number>/<str:name>", officers.act, name="desk-clue-act"),
    path("desk/fraud/", fraud.board, name="desk-fraud"),
    path("desk/fraud/warnings/<int:number>/", fraud.warning, name="desk-fraud-warning"),
    path("desk/talks/", fraud.talks, name="desk-talks"),
    path("desk/talks/new", fraud.talk_new, name="desk-talk-new"),
    path("desk/talks/<int:number>/", fraud.talk, name="desk-talk"),
]
