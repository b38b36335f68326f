"""The table of canvas tools; a new tool needs one file and one row."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.dotted import resolve
from studio.tools.context import Tool


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool: ``target`` is "module:Class", resolved on use; ``icon`` a QtAwesome name.

    ``options`` names the fields of ToolOptions that the options bar shows; ``cursor`` is
    "brush" (a circle of the brush size), "cross", "move", "hand" or "pick".
    """

    id: str
    label: str
    shortcut: str
    icon: str
    target: str
    options: tuple[str, ...] = ()
    cursor: str = "cross"
    tip: str = ""

    def create(self) -> Tool:
        """Return a new tool of this kind."""
        tool: Tool = resolve(self.target)()
        return tool


TOOLS = (
    ToolSpec(
        "mask",
        "Mask brush",
        "Q",
        "ph.magic-wand",
        "studio.tools.mask:MaskTool",
        ("size", "hardness", "mask_erase"),
        "brush",
        "Paint where the prompt may change the picture; hold Alt to erase.",
    ),
    ToolSpec(
        "move",
        "Move",
        "V",
        "ph.arrows-out-cardinal",
        "studio.tools.move:MoveTool",
        (),
        "move",
        "Drag the active layer.",
    ),
    ToolSpec(
        "select_rectangle",
        "Rectangle selection",
        "M",
        "ph.selection",
        "studio.tools.select:RectangleTool",
        ("selection_mode",),
        "cross",
        "Drag a rectangle; Shift adds, Alt subtracts.",
    ),
    ToolSpec(
        "select_lasso",
        "Lasso selection",
        "L",
        "ph.scribble-loop",
        "studio.tools.select:LassoTool",
        ("selection_mode",),
        "cross",
        "Draw around a place; Shift adds, Alt subtracts.",
    ),
    ToolSpec(
        "select_object",
        "Object selection",
        "W",
        "ph.selection-foreground",
        "studio.tools.object_select:ObjectTool",
        ("selection_mode", "object_target"),
        "cross",
        "Click on a thing; click again or use [ and ] for a smaller or larger one; double-click to "
        "lift it. Drag a box; Shift adds, Alt takes away.",
    ),
    ToolSpec(
        "refine_edge",
        "Refine edge",
        "U",
        "ph.waves",
        "studio.tools.refine_edge:RefineEdgeTool",
        ("size",),
        "brush",
        "Paint along hair or fur at the edge of a selection or a layer mask.",
    ),
    ToolSpec(
        "brush",
        "Brush",
        "B",
        "ph.paint-brush",
        "studio.tools.brush:BrushTool",
        ("size", "hardness", "opacity", "color", "segment_class", "depth", "paint_layer_mask"),
        "brush",
        "Paint on the active layer; hold Alt to pick a colour.",
    ),
    ToolSpec(
        "eraser",
        "Eraser",
        "E",
        "ph.eraser",
        "studio.tools.brush:EraserTool",
        ("size", "hardness", "opacity", "paint_layer_mask"),
        "brush",
        "Erase on the active layer.",
    ),
    ToolSpec(
        "remove",
        "Remove",
        "J",
        "ph.bandaids",
        "studio.tools.remove:RemoveTool",
        ("size", "hardness", "remove_now", "remove_with_model"),
        "brush",
        "Brush over a thing and it is gone; Shift adds, Alt takes away. A small brush heals spots.",
    ),
    ToolSpec(
        "clone",
        "Clone stamp",
        "S",
        "ph.copy-simple",
        "studio.tools.clone:CloneTool",
        ("size", "hardness", "opacity", "clone_aligned", "clone_new_layer"),
        "brush",
        "Alt+click the place to copy from, then paint.",
    ),
    ToolSpec(
        "eyedropper",
        "Eyedropper",
        "I",
        "ph.eyedropper",
        "studio.tools.eyedropper:EyedropperTool",
        ("color",),
        "pick",
        "Pick a colour from the picture.",
    ),
    ToolSpec(
        "pose",
        "Pose",
        "P",
        "ph.person",
        "studio.tools.pose:PoseTool",
        ("bone_lock", "picked_joint"),
        "cross",
        "Drag the joints of a figure; Shift turns a limb, Ctrl stretches it, Alt hides a joint.",
    ),
    ToolSpec(
        "control_fill",
        "Region fill",
        "K",
        "ph.paint-bucket",
        "studio.tools.control_fill:ControlFillTool",
        ("segment_class", "depth"),
        "cross",
        "Fill regions of the picture on a segmentation or depth layer; hold Alt to pick.",
    ),
    ToolSpec(
        "control_gradient",
        "Depth gradient",
        "G",
        "ph.circle-half-tilt",
        "studio.tools.control_gradient:ControlGradientTool",
        (),
        "cross",
        "Drag from near to far on a depth layer; Shift keeps to 45 degrees.",
    ),
    ToolSpec(
        "hand",
        "Hand",
        "H",
        "ph.hand",
        "studio.tools.view:HandTool",
        (),
        "hand",
        "Drag the view; hold Space with any tool.",
    ),
    ToolSpec(
        "zoom",
        "Zoom",
        "Z",
        "ph.magnifying-glass",
        "studio.tools.view:ZoomTool",
        (),
        "cross",
        "Click to zoom in, Alt+click to zoom out, or drag around what should be seen.",
    ),
)


def spec(tool_id: str) -> ToolSpec:
    """Return the row of a tool; KeyError for an unknown one."""
    return {row.id: row for row in TOOLS}[tool_id]
