"""A real directory (Debian's slapd) on loopback, with a database that is gone afterwards.

`python -m tests.servers.slapd install` gets it where that needs no questions, or says in one line that it could not be had.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from tests.certificates import certificate
from tests.servers.host import free_port

BASE = "dc=example,dc=org"
READER = f"cn=reader,{BASE}"
READER_PASSWORD = "read only words"
PASSWORD = "three quiet green lamps"
MODULES = Path("/usr/lib/ldap")
SCHEMA = Path("/etc/ldap/schema")
PEOPLE = ("marie", "paul", "li(sa)*", "zoë")
GROUPS = {"reviewers": ("marie", "li(sa)*"), "staff": ("marie", "paul", "zoë")}


class DirectoryError(Exception):
    """slapd cannot be had; the message says what to do."""


def installed() -> str | None:
    """Its path."""
    return shutil.which("slapd", path=os.environ.get("PATH", "") + ":/usr/sbin")


def install() -> str:
    """Its path, installed where that is possible. DirectoryError when it cannot be had."""
    if installed() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"capture_output": True, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        # Installed but not started: a directory of its own would listen on all addresses
        policy = Path("/usr/sbin/policy-rc.d")
        ours = not policy.exists()
        if ours:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        try:
            subprocess.run(
                ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "slapd"], check=False, **quiet
            )
        finally:
            if ours:
                policy.unlink()
    found = installed()
    if found is None:
        raise DirectoryError("slapd was not found: install it (on Debian: apt-get install slapd)")
    return found


class Slapd:
    """Listens with and without TLS; ends with `stop`."""

    def __init__(self, folder: Path, *, address: str = "127.0.0.1") -> None:
        self.port, self.tls_port = free_port(), free_port()
        (folder / "db").mkdir(parents=True)
        self.ca_file, key = certificate(folder, x509.IPAddress(ip_address(address)))
        config, entries = folder / "slapd.conf", folder / "entries.ldif"
        config.write_text(self._config(folder, key), encoding="utf-8")
        entries.write_text(_entries(), encoding="utf-8")
        found = install()
        adding = [str(Path(found).with_name("slapadd")), "-f", str(config), "-l", str(entries)]
        added = subprocess.run(adding, capture_output=True, text=True, check=False)
        assert added.returncode == 0, added.stderr
        urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the server
        self._process = subprocess.Popen([found, "-f", str(config), "-h", urls, "-d", "256"], stderr=self._log)
        self._await()

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    def _config(self, folder: Path, key: Path) -> str:
        includes = "\n".join(f"include {SCHEMA / name}.schema" for name in ("core", "cosine", "inetorgperson"))
        return f"""{includes}
pidfile {folder / "slapd.pid"}
modulepath {MODULES}
moduleload back_mdb
moduleload memberof
TLSCertificateFile {self.ca_file}
TLSCertificateKeyFile {key}
database mdb
suffix {BASE}
rootdn cn=root,{BASE}
rootpw {READER_PASSWORD.replace(" ", "-")}
directory {folder / "db"}
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
"""

    def _await(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self._log.seek(0)
        raise RuntimeError(f"slapd did not start:\n{self._log.read()[-2000:]}")

    def asked(self) -> tuple[int, int]:
        """Binds and searches so far."""
        said = os.pread(self._log.fileno(), 1 << 26, 0).decode(
            "utf-8", "replace"
        )  # leaves the place where slapd writes
        return len(re.findall(r" BIND dn=.* method=", said)), said.count(" SRCH base=")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()


def _entries() -> str:
    def line(name: str, value: str) -> str:
        return f"{name}:: {base64.b64encode(value.encode()).decode()}"

    found = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example"]
    found += [f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}" for name in ("people", "groups")]
    found.append(
        f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: {READER_PASSWORD}"
    )
    for name in PEOPLE:
        dn = line("dn", f"uid={name},ou=people,{BASE}")
        kinds = "objectClass: inetOrgPerson"
        member = "".join(f"\nmemberOf: cn={group},ou=groups,{BASE}" for group in GROUPS if name in GROUPS[group])
        found.append(f"{dn}\n{kinds}\n{line('uid', name)}\n{line('cn', name)}\nsn: x\nuserPassword: {PASSWORD}{member}")
    for name, members in GROUPS.items():
        lines = "\n".join(line("member", f"uid={one},ou=people,{BASE}") for one in members)
        found.append(f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\n{lines}")
    return "\n\n".join(found) + "\n"


def main(words: list[str]) -> int:
    if words != ["install"]:
        print("usage: python -m tests.servers.slapd install", file=sys.stderr)
        return 2
    try:
        print(install())
    except (DirectoryError, OSError) as error:
        print(f"directory: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
