"""Whether somebody just showed who she is: sharing, files and tokens want it (decision 14)."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest


def signed_in_recently(request: HttpRequest) -> bool:
    """Whether the newest proof in this browser is at most 15 minutes old; a sign-in is one, as is a password since."""
    newest = max((sign["at"] for sign in get_authentication_records(request, request.user)), default=0)
    return bool(time.time() - newest <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
