"""The web server's door."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careteam.settings")
application = get_wsgi_application()

if settings.PRODUCTION:
    from careteam.accounts.startup import refuse_what_must_not_serve

    refuse_what_must_not_serve()
