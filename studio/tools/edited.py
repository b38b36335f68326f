"""Choice of the mask that commands edit, by the current tool and its target."""

from __future__ import annotations

from studio.document.document import Document
from studio.document.mask_edits import Edited

SELECTING = ("select_rectangle", "select_lasso")


def edited_mask(document: Document, tool: str, *, on_layer_mask: bool) -> Edited | None:
    """Return the target of "fill the outline" and "invert", None if there is no mask at all.

    The current tool decides: the mask brush means the edit mask, painting on a layer mask means
    that, a selection tool means the selection. Any other tool means the edit mask if one is
    painted, else the selection.
    """
    active = document.active_layer()
    if tool == "mask":
        return Edited.MASK
    if on_layer_mask and active is not None and active.mask is not None:
        return Edited.LAYER_MASK
    if tool in SELECTING and document.selection is not None:
        return Edited.SELECTION
    if document.mask is not None:
        return Edited.MASK
    return Edited.SELECTION if document.selection is not None else None
