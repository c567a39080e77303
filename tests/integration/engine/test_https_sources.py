"""Data sources over HTTPS, with certificates of an authority of one's own: who proves who they are is asked."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.integration.engine.test_process import Serving, key
from tests.integration.engine.test_sources import billing, document
from tests.sources_server import SourceServer, source_server

NOW: Final = datetime.now(UTC)
DAY: Final = timedelta(days=1)


class Authority:
    """Signs certificates."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        public = self._key.public_key()
        built = _certificate(self._name, self._key, until=NOW + DAY)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        self._certificate = self._signed(built.add_extension(_SIGNS, critical=True))

    def trusted_by(self, file: Path) -> None:
        """Write what whoever trusts it needs."""
        file.write_bytes(_pem(self._certificate))

    def server(self, folder: Path, host: str, *, until: datetime = NOW + DAY) -> ssl.SSLContext:
        """What a server of this name needs."""
        own = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server")])
        built = _certificate(name, own, until=until)
        signed = self._signed(built.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False))
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = folder / f"{signed.serial_number}.pem"
        file.write_bytes(private + _pem(signed))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, built: x509.CertificateBuilder) -> x509.Certificate:
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return built.issuer_name(self._name).add_extension(by, critical=False).sign(self._key, hashes.SHA256())


_SIGNS: Final = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def _certificate(name: x509.Name, own: ec.EllipticCurvePrivateKey, *, until: datetime) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(name).public_key(own.public_key())
    return built.serial_number(x509.random_serial_number()).not_valid_before(NOW - 3 * DAY).not_valid_after(until)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True)
class Scene:
    """An engine that trusts one authority, and a source by each name."""

    url: str
    token: str
    sources: dict[str, SourceServer]

    def decided(self, source: str, number: int) -> Any:
        """What is decided by a publication whose one source this is."""
        port = self.sources[source].port
        content = document(billing(f"https://localhost:{port}/{{customer.id}}"), number=number)
        content["placements"][0]["budget_ms"] = 10_000
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"{self.url}/v1/publications/{number}"
        published = urllib3.request("PUT", path, json=content, headers=headers)
        assert published.status == 201, published.data
        call = {"session": f"s-{number}", "customer": "c", "channel": "call-center", "attributes": {"customer.id": "7"}}
        answer = urllib3.request("POST", f"{self.url}/v1/events/call-started", json=call, headers=headers)
        assert answer.status == 200, answer.data
        return answer.json()["decision"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("https")
    known, unknown = Authority("known"), Authority("unknown")
    known.trusted_by(folder / "trusted.pem")
    contexts = {
        "good": known.server(folder, "localhost"),
        "of another name": known.server(folder, "billing.example"),
        "of an unknown authority": unknown.server(folder, "localhost"),
        "that has run out": known.server(folder, "localhost", until=NOW - DAY),
    }
    with ExitStack() as running:
        sources = {
            name: running.enter_context(source_server({"balance": 12.5}, tls=context))
            for name, context in contexts.items()
        }
        hosts = ",".join(f"localhost:{source.port}" for source in sources.values())
        environment = {"TRADEWIND_ENGINE_PRIVATE_HOSTS": hosts, "SSL_CERT_FILE": str(folder / "trusted.pem")}
        serving = Serving(folder / "data", environment)
        running.callback(serving.end, signal.SIGTERM)
        yield Scene(serving.url, key(folder / "data", "publish", "decide"), sources)


def test_a_source_with_a_certificate_that_the_engine_trusts_is_asked(scene: Scene) -> None:
    decision = scene.decided("good", 1)
    assert {each["offer"] for each in decision["offers"]} == {"for-everybody", "good-payer"}
    assert decision["missing"] == []
    assert [(request.method, request.path) for request in scene.sources["good"].requests] == [("GET", "/7")]


@pytest.mark.parametrize(
    ("number", "source"), [(2, "of another name"), (3, "of an unknown authority"), (4, "that has run out")]
)
def test_a_source_with_any_other_certificate_gets_nothing_and_says_nothing(
    scene: Scene, number: int, source: str
) -> None:
    decision = scene.decided(source, number)
    assert {each["offer"] for each in decision["offers"]} == {"for-everybody"}
    assert decision["missing"] == ["customer.balance"]
    assert scene.sources[source].requests == []
