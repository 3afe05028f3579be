"""Real certificates by the tools of the trade: an ACME authority (pebble), its client (certbot), a server (nginx)."""

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.labs import free_port
from tests.pki import Authority
from tests.servers import running

HOST = "shop.example.test"
# Pebble takes every challenge for met: who may have a certificate is not the question here.
TRUSTING = {"PEBBLE_VA_ALWAYS_VALID": "1", "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
NINETY_DAYS = 90 * 24 * 3600


@dataclass(frozen=True)
class Directory:
    """An ACME authority with two roots over one intermediate key. It makes all of them anew at every start."""

    port: int
    management: int
    root_file: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/dir"

    def root(self, number: int = 0) -> bytes:
        return self._read(f"roots/{number}")

    def intermediate(self, number: int = 0) -> bytes:
        return self._read(f"intermediates/{number}")

    def _read(self, path: str) -> bytes:
        context = ssl.create_default_context(cafile=str(self.root_file))
        with urlopen(f"https://localhost:{self.management}/{path}", context=context, timeout=10) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def pebble(folder: Path) -> Iterator[Directory]:
    folder.mkdir()
    root = Authority.root("Directory Root")
    server = root.leaf("localhost")
    directory = Directory(free_port(), free_port(), folder / "root.pem")
    directory.root_file.write_bytes(root.pem)
    (folder / "cert.pem").write_bytes(server.pem)
    (folder / "key.pem").write_bytes(server.key_pem)
    config = {
        "listenAddress": f"127.0.0.1:{directory.port}",
        "managementListenAddress": f"127.0.0.1:{directory.management}",
        "certificate": "cert.pem",
        "privateKey": "key.pem",
        "httpPort": free_port(),
        "tlsPort": free_port(),
        "certificateValidityPeriod": NINETY_DAYS,
    }
    (folder / "config.json").write_text(json.dumps({"pebble": config}))
    environment = os.environ | TRUSTING | {"PEBBLE_ALTERNATE_ROOTS": "1"}
    command = (_found("pebble"), "-config", "config.json")
    with running(command, "ACME directory available at", str(folder), {"env": environment}):
        yield directory


@dataclass(frozen=True)
class Certbot:
    """One account and one certificate name; the files of `live` are what a server is pointed at."""

    folder: Path
    directory: Directory

    def issue(self, *options: str) -> Path:
        """A renewal when it was issued before. Gives the folder with `fullchain.pem`, `cert.pem` and `privkey.pem`."""
        self._run("--force-renewal", "--cert-name", HOST, "--domain", HOST, *options)
        return self.folder / "config" / "live" / HOST

    def sign(self, request: bytes) -> bytes:
        """The full chain for a certificate request of one's own (DER)."""
        source, chain = self.folder / "request.der", self.folder / "signed.pem"
        source.write_bytes(request)
        rest = [f"--{name}-path={self.folder / name}.pem" for name in ("cert", "chain")]
        self._run("--csr", str(source), f"--fullchain-path={chain}", *rest)
        return chain.read_bytes()

    def _run(self, *options: str) -> None:
        command = [_found("certbot"), "certonly", "--non-interactive", "--agree-tos"]
        command += ["--register-unsafely-without-email", "--server", self.directory.url]
        command += ["--standalone", "--http-01-port", str(free_port())]
        command += [f"--{name}-dir={self.folder / name}" for name in ("config", "work", "logs")]
        command += options
        environment = os.environ | {"REQUESTS_CA_BUNDLE": str(self.directory.root_file)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log stderr notice; events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port} ssl; {pairs} return 204; }}
}}
"""


def nginx(folder: Path, port: int, pairs: Mapping[str, bytes | Path]) -> AbstractContextManager[None]:
    """Serves at `port` until the block ends. `pairs`: names of files to their content or where they are kept."""
    folder.mkdir(exist_ok=True)
    for name, source in pairs.items():
        (folder / name).write_bytes(source.read_bytes() if isinstance(source, Path) else source)
    stems = sorted({Path(name).stem for name in pairs})
    lines = " ".join(f"ssl_certificate {folder}/{one}.pem; ssl_certificate_key {folder}/{one}.key;" for one in stems)
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, pairs=lines))
    command = (_found("nginx"), "-p", str(folder), "-c", str(config), "-e", "stderr")
    return running(command, 'using the "epoll" event method', str(folder), {})


def _found(name: str) -> str:
    program = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program is not None, name
    return program
