"""Prepares a rewrite request for the model: embeddings, latents, alignment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from studio.catalog.families.unet import unet_facts
from studio.catalog.guidance import has_changes
from studio.catalog.steering import idle_steering, is_steered
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.prompt_syntax import Piece, Prompt
from studio.edit.request import EditRequest, Pixels
from studio.edit.rewrite import RewriteUse
from studio.edit.wording import weights_in
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import encode_image, to_tensor
from studio.engine.prompts import TextReader, encode_prompt, kept_words, read_prompt
from studio.engine.rewrite.alignment import Alignment, align, find
from studio.engine.rewrite.ddim import Step, ddim_steps
from studio.engine.rewrite.prompt_to_prompt import AttentionControl, Windows, soft_mask
from studio.engine.scaling import cover_cells, resize, resize_mask, working_size

POOLED = 0.8
"""Fraction of the steps in which the old prompt's pooled embedding is kept, with a model that adds
it to the time embedding. The starter derives the kind of picture from it, not the object: with the
pooled prompt of another object throughout, every object followed cross attention. Kept for 0, 0.2,
0.4, 0.6 and 0.8 of the steps, as many swaps succeeded and the rest stayed as close."""


@dataclass(frozen=True, slots=True, eq=False)
class RewriteJob:
    """The picture (h, w, 3) at the working size, its latents, and prompts as embeddings and tokens.

    ``allowed`` (1, 1, h, w) at the latents' size is 1 where the request's mask permits a change.
    ``changes``: whether anything makes the new picture differ from the old one.
    """

    use: RewriteUse
    picture: Pixels
    latents: torch.Tensor
    allowed: torch.Tensor
    source: torch.Tensor
    target: torch.Tensor
    empty: torch.Tensor
    tokens: tuple[list[str], list[str]]
    steps: tuple[Step, ...]
    cfg_scale: float
    changes: bool
    alignment: Alignment

    @property
    def swaps(self) -> bool:
        """Whether words of the old text were removed or replaced."""
        return bool(self.alignment.before)


def request_notes(request: EditRequest) -> list[Notice]:
    """Return notices about the parts of a request that a rewrite ignores."""
    notes = []
    if request.sampling.sampler != "ddim":
        notes.append(
            notice("Edit by words always samples with DDIM; the selected sampler is not used.")
        )
    if request.sampling.variations > 1:
        notes.append(notice("Edit by words is deterministic, so only one variation was made."))
    if request.negative_prompt.strip():
        notes.append(notice("The negative prompt has no effect in an edit by words."))
    if has_changes(request.sampling.extras):
        notes.append(
            notice("An edit by words has plain guidance, whatever its other settings are.")
        )
    if is_steered(request.sampling.extras):
        notes.append(notice("An edit by words is not steered: it keeps to the photo's own steps."))
    return notes + list(idle_steering(request.sampling.extras))


def prepare(
    loaded: UNetModel, request: EditRequest, progress: Progress, notes: list[Notice]
) -> RewriteJob:
    """Encode the texts and the picture; notices for the artist are appended to ``notes``."""
    use, image, mask = request.rewrite, request.image, request.mask
    assert use is not None and image is not None and mask is not None  # validated
    progress.report(0.0, "Reading the prompt")
    texts = [
        kept_words(loaded.tokens, _words(loaded, text, notes), notes)
        for text in (use.source, request.prompt)
    ] + [""]
    use = _weighted(use, request.prompt, notes)
    source, target, empty = (_embedding(loaded, text) for text in texts)
    tokens = tuple(loaded.networks.tokenizer.tokenize(text) for text in texts[:2])
    progress.report(0.0, "Reading the picture")
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    picture = resize(image, width, height)
    latents = encode_image(loaded, to_tensor(picture)[None])
    cell = unet_facts(loaded.spec).vae_scale
    cells = cover_cells(resize_mask(mask, width, height), cell)[::cell, ::cell]
    progress.check()
    return RewriteJob(
        use=use,
        picture=picture,
        latents=latents,
        allowed=torch.from_numpy(cells > 0)[None, None].to(latents),
        source=source,
        target=target,
        empty=empty,
        tokens=(tokens[0], tokens[1]),
        steps=ddim_steps(loaded.networks.scheduler_config, request.sampling.steps),
        cfg_scale=request.sampling.cfg_scale,
        changes=_changes(request.replace(rewrite=use), texts),
        alignment=align(tokens[0], tokens[1], source.shape[1]),
    )


def _words(loaded: UNetModel, text: str, notes: list[Notice]) -> str:
    """Return a text without its prompt syntax."""
    parsed = read_prompt(loaded.spec.path, loaded.tokens, text, notes)
    if len(parsed.chunks) > 1:
        notes.append(notice("BREAK has no effect in Edit by words."))
    return parsed.text


def _weighted(use: RewriteUse, prompt: str, notes: list[Notice]) -> RewriteUse:
    """Return ``use`` with the weights that the new text gives in brackets.

    Attention to a word is scaled (Hertz et al. 2022, re-weighting), not its embedding.
    """
    if weights_in(use.source):
        notes.append(notice("Weights in the caption have no effect; those in the new text do."))
    found = weights_in(prompt)
    return replace(use, weights={**found, **use.weights}) if found else use


def _changes(request: EditRequest, texts: list[str]) -> bool:
    use = request.rewrite
    weighs = use is not None and any(factor != 1 for factor in use.weights.values())
    steered = [control.strength for control in request.controls]
    steered += [reference.weight for reference in request.references]
    return texts[0] != texts[1] or weighs or any(steered)


def _embedding(loaded: UNetModel, text: str) -> torch.Tensor:
    """Return the embedding (1, tokens, width) of a text without syntax, within the token limit."""
    parts = loaded.networks
    device, skip = loaded.device.torch, loaded.clip_skip
    reader = TextReader(parts.text_encoder, parts.tokenizer, loaded.tokens, device, skip=skip)
    return encode_prompt(reader, Prompt(((Piece(text),),))).states


def attention_control(loaded: UNetModel, job: RewriteJob) -> AttentionControl:
    """Return the attention control that replaces the new text's attention by the old one's."""
    tokenize = loaded.networks.tokenizer.tokenize
    old, new = job.tokens
    alignment = job.alignment
    scales = {
        position: factor
        for phrase, factor in job.use.weights.items()
        if factor != 1
        for position in find(new, tokenize(phrase))
    }
    places = (alignment.before, alignment.after)
    if job.use.blend:
        phrases = [tokenize(phrase) for phrase in job.use.blend]
        places = (
            tuple(place for phrase in phrases for place in find(old, phrase)),
            tuple(place for phrase in phrases for place in find(new, phrase)),
        )
    elif not any(places):
        places = ((), tuple(scales))
    watched = (_carriers(loaded, old, places[0]), _carriers(loaded, new, places[1]))
    windows = Windows(job.use.cross, job.use.self_attention, POOLED)
    size = (job.latents.shape[-2], job.latents.shape[-1])
    return AttentionControl(alignment, scales, windows, len(job.steps), size, watched)


def _carriers(loaded: UNetModel, tokens: list[str], places: tuple[int, ...]) -> torch.Tensor | None:
    """Return how strongly each token encodes the words at ``places``, (tokens,) in 0..1.

    That is how far its state moves if these words are removed. A text encoder spreads the meaning
    of a word over neighbouring tokens and the padding, and with some models, such as the starter,
    the picture attends to those rather than to the word itself. None if ``places`` is empty.
    """
    if not places:
        return None
    tokenizer, encoder = loaded.networks.tokenizer, loaded.networks.text_encoder
    ids = tokenizer.convert_tokens_to_ids(tokens)
    length = loaded.tokens.limit + 2
    padding = tokenizer.pad_token_id
    whole = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
    whole += [padding] * (length - len(whole))
    without = [padding if place in places else one for place, one in enumerate(whole)]
    pair = torch.tensor([whole, without], device=loaded.device.torch)
    states = encoder(pair)[0].float()
    moved = (states[0] - states[1]).norm(dim=-1) / states[0].norm(dim=-1).clamp(min=1e-6)
    shares: torch.Tensor = moved / moved.max().clamp(min=1e-6)
    return shares


def mask_of(request: EditRequest, seen: torch.Tensor | None) -> tuple[Pixels, ...]:
    """Return the mask of the result, (h, w) uint8 within the request's; () if it is not limited.

    ``seen`` (h, w) 0..1 is the map of where the changed words act.
    """
    if seen is None or request.rewrite is None or request.mask is None:
        return ()
    size = (request.region.height, request.region.width)
    mask = soft_mask(seen, request.rewrite.threshold, size)
    return (np.minimum(mask, request.mask),)


def psnr(picture: Pixels, original: Pixels) -> float:
    """Return the PSNR of two (h, w, 3) uint8 pictures in dB, at most 99."""
    missed = np.square(picture.astype(np.float64) - original.astype(np.float64)).mean()
    return min(99.0, 10 * math.log10(255**2 / max(float(missed), 1e-9)))
