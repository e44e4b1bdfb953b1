"""The ASGI application that the server runs."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
application = get_asgi_application()

from bandeng.config import warming  # noqa: E402 (there are no apps before the application)

warming.begin()
