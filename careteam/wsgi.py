"""The web server's door."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careteam.settings")
application = get_wsgi_application()

from careteam.accounts.startup import refuse_what_must_not_serve  # noqa: E402 - needs Django, set up above
from careteam.sharing.canary import refuse_without_the_wall  # noqa: E402 - as well

refuse_without_the_wall()
if settings.PRODUCTION:
    refuse_what_must_not_serve()

# What is loaded by now lives as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
