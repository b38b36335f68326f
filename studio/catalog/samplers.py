"""Samplers and schedules by their usual names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SamplerSpec:
    """One sampler: ``scheduler`` is the dotted name of a diffusers class made with ``options``.

    ``schedules`` are those that the class supports; the first replaces unsupported ones. ``a1111``
    is the name in the "Sampler" entry of picture metadata. ``random`` samplers add noise at each
    step. ``calls`` is the number of network evaluations per step, except for the last.
    """

    id: str
    label: str
    a1111: str
    scheduler: str
    options: Mapping[str, Any] = field(default_factory=dict)
    schedules: tuple[str, ...] = ("normal", "karras", "exponential", "sgm_uniform")
    random: bool = False
    calls: int = 1


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """One spacing of noise levels; ``a1111`` is the name in the "Schedule type" entry."""

    id: str
    label: str
    a1111: str
    options: Mapping[str, Any] = field(default_factory=dict)


UNIFORM_ONLY = ("normal", "sgm_uniform")

SAMPLERS: Mapping[str, SamplerSpec] = {
    "ddim": SamplerSpec(
        "ddim",
        "DDIM",
        "DDIM",
        "diffusers.DDIMScheduler",
        {"clip_sample": False, "set_alpha_to_one": False},
        UNIFORM_ONLY,
    ),
    "euler": SamplerSpec("euler", "Euler", "Euler", "diffusers.EulerDiscreteScheduler"),
    "euler_a": SamplerSpec(
        "euler_a",
        "Euler a",
        "Euler a",
        "diffusers.EulerAncestralDiscreteScheduler",
        {},
        UNIFORM_ONLY,
        random=True,
    ),
    "dpmpp_2m": SamplerSpec(
        "dpmpp_2m",
        "DPM++ 2M",
        "DPM++ 2M",
        "diffusers.DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "solver_order": 2},
    ),
    "dpmpp_2m_sde": SamplerSpec(
        "dpmpp_2m_sde",
        "DPM++ 2M SDE",
        "DPM++ 2M SDE",
        "diffusers.DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 2},
        random=True,
    ),
    "unipc": SamplerSpec(
        "unipc", "UniPC", "UniPC", "diffusers.UniPCMultistepScheduler", {"solver_order": 2}
    ),
    "lcm": SamplerSpec(
        "lcm",
        "LCM",
        "LCM",
        "diffusers.LCMScheduler",
        {"clip_sample": False},
        ("normal",),
        random=True,
    ),
    "heun": SamplerSpec("heun", "Heun", "Heun", "diffusers.HeunDiscreteScheduler", calls=2),
    "dpm2": SamplerSpec("dpm2", "DPM2", "DPM2", "diffusers.KDPM2DiscreteScheduler", calls=2),
    "dpm2_a": SamplerSpec(
        "dpm2_a",
        "DPM2 a",
        "DPM2 a",
        "diffusers.KDPM2AncestralDiscreteScheduler",
        random=True,
        calls=2,
    ),
    "lms": SamplerSpec("lms", "LMS", "LMS", "diffusers.LMSDiscreteScheduler"),
    "deis": SamplerSpec(
        "deis", "DEIS", "DEIS", "diffusers.DEISMultistepScheduler", {"solver_order": 2}
    ),
    # Every second step is of second order and goes back two steps, so each makes one call.
    "dpmpp_sde": SamplerSpec(
        "dpmpp_sde",
        "DPM++ SDE",
        "DPM++ SDE",
        "diffusers.DPMSolverSinglestepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 2, "lower_order_final": True},
        ("normal", "karras", "exponential"),
        random=True,
    ),
    "dpmpp_2m_sde_heun": SamplerSpec(
        "dpmpp_2m_sde_heun",
        "DPM++ 2M SDE Heun",
        "DPM++ 2M SDE Heun",
        "diffusers.DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 2, "solver_type": "heun"},
        random=True,
    ),
    "dpmpp_3m_sde": SamplerSpec(
        "dpmpp_3m_sde",
        "DPM++ 3M SDE",
        "DPM++ 3M SDE",
        "diffusers.DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 3},
        random=True,
    ),
    "sa_solver": SamplerSpec(
        "sa_solver", "SA-Solver", "SA-Solver", "diffusers.SASolverScheduler", random=True
    ),
    "ddpm": SamplerSpec(
        "ddpm",
        "DDPM",
        "DDPM",
        "diffusers.DDPMScheduler",
        {"clip_sample": False},
        UNIFORM_ONLY,
        random=True,
    ),
    # Without noise of its own (eta 0, the pipelines' default) it is DDIM on few, fixed steps.
    "tcd": SamplerSpec("tcd", "TCD", "TCD", "diffusers.TCDScheduler", {}, ("normal",)),
}

SCHEDULES: Mapping[str, ScheduleSpec] = {
    "normal": ScheduleSpec("normal", "Normal", "Normal"),
    "karras": ScheduleSpec("karras", "Karras", "Karras", {"use_karras_sigmas": True}),
    "exponential": ScheduleSpec(
        "exponential", "Exponential", "Exponential", {"use_exponential_sigmas": True}
    ),
    "sgm_uniform": ScheduleSpec(
        "sgm_uniform", "SGM Uniform", "SGM Uniform", {"timestep_spacing": "trailing"}
    ),
}


def label(sampler: str, schedule: str) -> str:
    """Return the usual name of a pair, such as "DPM++ 2M Karras"."""
    name = SAMPLERS[sampler].label if sampler in SAMPLERS else sampler
    if schedule == "normal" or schedule not in SCHEDULES:
        return name
    return f"{name} {SCHEDULES[schedule].label}"


def usable_schedule(sampler: str, schedule: str) -> str:
    """Return ``schedule``, or the sampler's first one if it does not support that."""
    if sampler not in SAMPLERS:
        # A sampler of a family's own, which has no schedules.
        return "normal"
    known = SAMPLERS[sampler].schedules
    return schedule if schedule in known else known[0]
