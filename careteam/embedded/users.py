"""Who runs the servers: the person herself, or, when she is root, an unprivileged user (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careteam.embedded import Trouble

CANDIDATES = ("careteam", "postgres", "nobody")


@dataclass(frozen=True)
class ServerUser:
    """The user of this machine that the servers run as."""

    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make `subprocess` become this user: none when we are it already."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def can_enter(self, path: Path) -> bool:
        """Whether this user may pass the folder or run the file; the kernel answers, so ACLs and all parents count."""
        try:
            return subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **self.identity).returncode == 0
        except PermissionError:
            raise Trouble(f"This process may not become user {self.name}, and PostgreSQL refuses root.") from None


def server_user() -> ServerUser:
    """The user the servers run as. Root takes CARETEAM_SERVER_USER, else the first of careteam, postgres, nobody."""
    if os.geteuid() != 0:
        return ServerUser(user_name(), os.geteuid(), os.getegid())
    chosen = os.environ.get("CARETEAM_SERVER_USER")
    for name in [chosen] if chosen else CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid == 0:
            raise Trouble(f"CARETEAM_SERVER_USER is {name}, which is root, and PostgreSQL refuses root.")
        return ServerUser(found.pw_name, found.pw_uid, found.pw_gid)
    if chosen:
        raise Trouble(f"CARETEAM_SERVER_USER is {chosen}, and this machine has no user of that name.")
    raise Trouble("Root needs an unprivileged user for PostgreSQL: name one in CARETEAM_SERVER_USER.")


def user_name() -> str:
    """The name of the user who runs this process; PostgreSQL cannot do without one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Trouble(f"User id {os.geteuid()} has no name in /etc/passwd, and PostgreSQL needs one.") from None
