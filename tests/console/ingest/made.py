"""Uploads of the tests: files sent through the client as a browser's form sends them, and jobs done at once."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.console.conftest import World

from qunjian_console.ingest.models import Upload
from qunjian_console.jobs.services import claim
from qunjian_console.jobs.worker import work_off


def send(client: Client, files: dict[str, bytes], upload: Upload | None = None) -> Upload:
    """Send files under these paths, as the script of the page does; returns their upload."""
    address = reverse("ingest:add", args=[upload.pk]) if upload else reverse("ingest:receive")
    body: dict[str, object] = {f"p{n}": path for n, path in enumerate(files)}
    body |= {f"f{n}": SimpleUploadedFile(f"{n}.bin", data) for n, data in enumerate(files.values())}
    answer = client.post(address, body)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.order_by("-created")[0] if upload is None else Upload.objects.get(pk=upload.pk)


def send_paths(client: Client, paths: list[Path]) -> Upload:
    """Send files that lie on the disk."""
    return send(client, {path.name: path.read_bytes() for path in paths})


def work() -> None:
    """Do every job that waits, as the worker does."""
    while (job := claim("tests")) is not None:
        work_off(job)


def everywhere(world: World, role: str) -> None:
    """Let somebody see every community."""
    world.people[role].everywhere = True
    world.people[role].save()
