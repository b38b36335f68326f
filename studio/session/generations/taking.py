"""Takes a picture of a comparison into the open document."""

from __future__ import annotations

from studio.document.document import Document
from studio.document.frame import Frame
from studio.edit.apply import apply_layer, result_layer
from studio.edit.request import EditResult
from studio.session.session import Session


def centred(result: EditResult, document: Document) -> EditResult:
    """Return a result whose place is the middle of a document."""
    region = result.request.region
    dx = (document.width - region.width) // 2 - region.x
    dy = (document.height - region.height) // 2 - region.y
    moved = result.request.replace(region=region.shift(dx, dy))
    return EditResult(request=moved, images=result.images, seeds=result.seeds)


def take_layer(session: Session, result: EditResult) -> None:
    """Put a picture above the active layer as a layer with its recipe; the mask stays."""
    layer = result_layer(centred(result, session.document), 0)
    session.edit("Edit by prompt", lambda old: apply_layer(old, layer).replace(mask=old.mask))


def send_to_tray(session: Session, result: EditResult) -> None:
    """Put a picture into the results tray, selected."""
    document = session.document
    session.tray.add(centred(result, document), None, Frame(document.origin, document.scale))
