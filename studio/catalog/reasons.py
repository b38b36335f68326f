"""Reasons why a model does not support a feature, from its files and tables, without torch."""

from __future__ import annotations

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.core.errors import StudioError


def control_reason(model: str, kind: str, folder: str = "") -> StudioError | None:
    """Return why a model cannot use a control, None if it can; reads headers only."""
    try:
        spec = identify(model)
        row = family(spec.family)
        reason = row.reason(Capability.CONTROL, kind, spec)
        if reason:
            return StudioError(reason, "Choose another model or switch it off.")
        row.find_control(spec, kind, folder)
    except StudioError as error:
        return error
    return None


def reference_reason(model: str, folder: str = "", mode: str = "") -> StudioError | None:
    """Return why a model cannot use references, None if it can; reads headers only.

    With a mode it is the reason for that mode alone.
    """
    try:
        spec = identify(model)
        row = family(spec.family)
        # Without a mode the question is whether any of them works.
        modes = [mode] if mode else sorted(row.references) or [""]
        reasons = [row.reason(Capability.REFERENCE, one, spec) for one in modes]
        if all(reasons):
            return StudioError(reasons[0], "Choose another model.")
        row.find_reference(spec, folder, mode)
    except StudioError as error:
        return error
    return None
