#!/usr/bin/env python
"""Commands: see `make help` and `python manage.py help`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careteam.settings")
    execute_from_command_line(sys.argv)
