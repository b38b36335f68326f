"""Encoding for object selection: the job, and where its result is kept."""

from __future__ import annotations

from studio.edit.objects import ObjectPicture
from studio.edit.photo_tools import PhotoResult
from studio.retouch.object_masks import Embedding
from studio.session.jobs import Job
from studio.session.session import Session


def encode(session: Session, picture: ObjectPicture, *, ahead: bool = False) -> Job:
    """Queue the encoding of a picture; its embedding is then in ``session.photo.objects``.

    ``ahead`` is for a picture that nobody needs yet: the job is stopped by any other, and uses one
    thread.
    """
    return session.photo.run(
        "encode",
        region=picture.region,
        picture=lambda: picture.pixels,
        extras={"digest": picture.digest, "gently": ahead},
        ahead=ahead,
    )


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Keep the embedding under the digest of its picture; the document does not change."""
    digest = str(result.request.extras["digest"])
    session.photo.objects.add(digest, Embedding(result.arrays["embedding"]))
