"""Addresses by which matters come in and are followed."""

from django.urls import path
from django.views.generic import RedirectView

from bandeng.intake.views import clerk, photos, places, resident, reviews, tracking, uploads, worker

urlpatterns = [
    path("", resident.home, name="home"),
    path("report/", resident.what, name="report_what"),
    path("report/more/", resident.more, name="report_more"),
    path("report/place/", resident.place, name="report_place"),
    path("report/same/", resident.same, name="report_same"),
    path("report/contact/", resident.contact, name="report_contact"),
    path("report/check/", resident.check, name="report_check"),
    path("report/done/", resident.done, name="report_done"),
    path("report/nearby", places.nearby, name="report_nearby"),
    path("report/photos/<str:digest>", uploads.draft_photo, name="report_photo"),
    path("track/", tracking.find, name="track"),
    path("track/<str:number>", tracking.story, name="track_story"),
    path("track/<str:number>/remark", tracking.remark, name="track_remark"),
    path("track/<str:number>/rate", tracking.rate, name="track_rate"),
    path("track/<str:number>/reopen", tracking.reopen, name="track_reopen"),
    path("track/<str:number>/withdraw", tracking.withdraw, name="track_withdraw"),
    path("track/<str:number>/review", reviews.ask, name="track_review"),
    path("map/areas.geojson", places.areas, name="map_areas"),
    path("photos/<int:photo_id>", photos.photo, name="photo"),
    path("desk/register/", clerk.register, name="desk-register"),
    path("desk/register/hints", clerk.hints, name="desk-register-hints"),
    path("desk/register/done/", clerk.done, name="desk-register-done"),
    path("desk/new", RedirectView.as_view(pattern_name="desk-register")),
    path("worker/", worker.today, name="worker_today"),
    path("worker/report/", worker.report, name="worker_report"),
    path("worker/tasks/", worker.tasks, name="worker_tasks"),
    path("worker/tasks/<str:number>/", worker.task, name="worker_task"),
    path("worker/queue/", worker.queue, name="worker_queue"),
    path("worker/me/", worker.me, name="worker_me"),
    path("worker/session", worker.session, name="worker_session"),
    path("worker/sync", worker.sync, name="worker_sync"),
    path("worker/sw.js", worker.script, name="worker_script"),
    path("worker/manifest.webmanifest", worker.manifest, name="worker_manifest"),
]
