"""Addresses of the one screen."""

from django.urls import path

from bandeng.cockpit import views

urlpatterns = [
    path("screen/", views.wall, name="screen"),
    path("screen/parts/<str:name>", views.part, name="screen-part"),
    path("screen/counts.json", views.counts, name="screen-counts"),
    path("live/events", views.events, name="live-events"),
]
