"""Autoencoders: of Stable Diffusion, Flux, Qwen-Image and their kin, and tiny ones for previews."""

from __future__ import annotations

from studio.catalog.recognise.beside import config_beside
from studio.catalog.recognise.finding import Certainty, Finding, Kind, Question, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.names import named, words_of
from studio.catalog.recognise.parts import VAE_FAMILIES

PREFIXES = ("first_stage_model.", "vae.")
SCALES = ((0.18215, "vae_sd"), (0.13025, "vae_sdxl"), (1.5305, "vae_sd3"), (0.3611, "vae_flux"))
"""``scaling_factor`` in a configuration of diffusers beside the file -> the autoencoder."""
NAMED = (
    ("vae_sdxl", r"\bxl\b|sdxl|xl\b"),
    ("vae_sd", r"\bmse\b|\bema\b|anime2?\b|\bsd ?1|\bkl f ?8|blessed|clearvae"),
    ("vae_sd3", r"\bsd ?3"),
    ("vae_flux", r"flux|^ae\b"),
)
VIDEO = refusal(
    "This is the VAE of a video model; Lienzo makes pictures.", "Choose a VAE for pictures."
)
OTHER = refusal(
    "This is the VAE of a kind of model that Lienzo cannot run.",
    "Choose the VAE that belongs to your model.",
)
TINY = {4: ("stable_diffusion", "stable_diffusion_xl"), 16: ("stable_diffusion_3", "flux"),
        32: ("flux_2",), 128: ("flux_2",)}  # fmt: skip


def recognise(header: Header) -> Finding | None:
    """Return an autoencoder by the channels of its latents; a tiny one by its plain layers."""
    inside = next((header.below(one) for one in PREFIXES if _only(header, one)), header)
    return _tiny(inside) or _quantised(inside) or _whole(inside)


def _only(header: Header, prefix: str) -> bool:
    return header.roots == {prefix.rstrip(".")}


def _whole(inside: Header) -> Finding | None:
    if "decoder.middle.0.residual.0.gamma" in inside:
        return _by_channels(inside, "decoder.conv1.weight")
    if (
        "decoder.project_in.conv.weight" in inside
        or "decoder.stages.0.op_list.0.main.conv.conv.weight" in inside
    ):
        return Finding(Kind.UNUSABLE, "sana", reason="decoder.project_in", refusal=OTHER)
    key = "decoder.conv_in.weight"
    if key not in inside or "decoder.conv_out.weight" not in inside:
        return None
    return _by_channels(inside, key)


def _by_channels(inside: Header, key: str) -> Finding:
    shape = inside.shape(key)
    channels = shape[1] if len(shape) > 1 else 0
    if len(shape) == 5:
        if channels == 16 and inside.width("encoder.conv_in.weight", 1) != 12:
            return _vae(inside, key, "vae_qwen", Certainty.CERTAIN)
        return Finding(Kind.UNUSABLE, "wan", reason=inside.prefix + key, refusal=VIDEO)
    if channels == 32 and "bn.running_mean" in inside:
        return _vae(inside, "bn.running_mean", "vae_flux_2", Certainty.CERTAIN)
    if channels == 4 and _is_f4(inside):
        return _vae(inside, key, "vae_f4", Certainty.CERTAIN)
    if channels not in (4, 16):
        return Finding(Kind.UNUSABLE, reason=inside.prefix + key, refusal=OTHER)
    return _alike(inside, key, ("vae_sd", "vae_sdxl") if channels == 4 else ("vae_flux", "vae_sd3"))


def _is_f4(inside: Header) -> bool:
    """Whether the autoencoder halves twice only, as that of the x4 upscaler."""
    original = inside.has("encoder.down.0.downsample.conv.weight") and not inside.has(
        "encoder.down.2.downsample.conv.weight"
    )
    diffusers = inside.has("encoder.down_blocks.0.downsamplers.0.conv.weight") and not inside.has(
        "encoder.down_blocks.2.downsamplers.0.conv.weight"
    )
    return original or diffusers


def _alike(inside: Header, key: str, parts: tuple[str, ...]) -> Finding:
    """Return one of two autoencoders with the same header, by configuration or name."""
    scale = config_beside(inside.path).get("scaling_factor")
    for value, part in SCALES:
        if isinstance(scale, float) and abs(scale - value) < 1e-4 and part in parts:
            return _vae(inside, "config.json", part, Certainty.CERTAIN)
    words = words_of(inside.path)
    for part, pattern in NAMED:
        if part in parts and named(words, pattern):
            return _vae(inside, "name", part, Certainty.PROBABLE)
    families = tuple(VAE_FAMILIES[part] for part in parts)
    return Finding(
        Kind.VAE,
        certainty=Certainty.ASK,
        reason=inside.prefix + key,
        questions=(Question("family", families),),
        provides=parts,
        bases=families,
    )


def _vae(inside: Header, reason: str, part: str, certainty: Certainty) -> Finding:
    family = VAE_FAMILIES[part]
    return Finding(
        Kind.VAE,
        family,
        "x4 upscaler" if part == "vae_f4" else "",
        certainty,
        inside.prefix + reason if reason in inside else reason,
        provides=(part,),
        bases=(family,),
        diffusers_names=inside.begins("decoder.up_blocks."),
    )


def _quantised(inside: Header) -> Finding | None:
    """Return an autoencoder with a codebook: that of Kandinsky or of aMUSEd."""
    codes = inside.first("quantize.embedding.weight")
    if not codes:
        return None
    if inside.mentions(".spatial_norm.") or inside.mentions(".norm1.conv_y."):
        return _vae(inside, codes, "movq", Certainty.CERTAIN)
    if inside.width(codes, 0) == 8192 and inside.width(codes) == 64:
        return _vae(inside, codes, "vqvae_amused", Certainty.CERTAIN)
    return Finding(Kind.UNUSABLE, reason=codes, refusal=OTHER)


def _tiny(inside: Header) -> Finding | None:
    """Return an autoencoder for previews, of diffusers, as published, or as ComfyUI merges it."""
    for key in ("decoder.layers.0.weight", "taesd_decoder.1.weight", "1.weight"):
        shape = inside.shape(key)
        if len(shape) == 4 and shape[0] == 64 and shape[1] in TINY and shape[2:] == (3, 3):
            return _preview(inside, key, TINY[shape[1]])
    # The encoder alone, as published: a picture in, latents out of its last layer.
    if inside.shape("0.weight") == (64, 3, 3, 3) and inside.begins("1.conv.0."):
        last = inside.search(r"\n1\d\.weight\n")
        return _preview(inside, "0.weight", TINY.get(inside.width(last, 0), TINY[4]))
    return None


def _preview(inside: Header, key: str, bases: tuple[str, ...]) -> Finding:
    words = words_of(inside.path)
    hints = {
        "stable_diffusion_xl": r"xl",
        "flux": r"\bf1\b|taef|flux",
        "stable_diffusion_3": r"sd ?3",
    }
    said = [base for base in bases if base in hints and named(words, hints[base])]
    if not said and bases[0] == "stable_diffusion":
        said = ["stable_diffusion"] if named(words, r"taesd") else []
    family = said[0] if said else bases[0] if len(bases) == 1 else ""
    certainty = Certainty.CERTAIN if len(bases) == 1 else Certainty.PROBABLE
    return Finding(
        Kind.PREVIEW,
        family,
        certainty=certainty if family else Certainty.ASK,
        reason=inside.prefix + key,
        questions=() if family else (Question("family", bases),),
        bases=tuple(said) or bases,
    )
