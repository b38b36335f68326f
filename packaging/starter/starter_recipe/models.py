"""The exact configurations of the starter's networks."""

from typing import Any

from diffusers import AutoencoderTiny, DDIMScheduler, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel

SIDE = 128
LATENT = SIDE // 8
TEXT_WIDTH = 256
TEXT_LENGTH = 77


def autoencoder(scaling: float = 1.0) -> AutoencoderTiny:
    """Build the autoencoder: 8 times smaller, four latent channels."""
    return AutoencoderTiny(
        encoder_block_out_channels=(48, 48, 48, 48),
        decoder_block_out_channels=(48, 48, 48, 48),
        num_encoder_blocks=(1, 1, 2, 2),
        num_decoder_blocks=(3, 3, 2, 1),
        scaling_factor=scaling,
    )


def unet(channels: int = 9) -> UNet2DConditionModel:
    """Build the UNet: nine input channels to train and fill, four for text to image."""
    return UNet2DConditionModel(**unet_settings(channels))


def unet_settings(channels: int) -> dict[str, Any]:
    """Return the arguments of the UNet."""
    return {
        "sample_size": LATENT,
        "in_channels": channels,
        "out_channels": 4,
        "block_out_channels": (64, 128, 256),
        "layers_per_block": 1,
        "cross_attention_dim": TEXT_WIDTH,
        "norm_num_groups": 16,
        "attention_head_dim": 4,
        "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        # The words reach every residual block too, not the attention alone: a net this narrow
        # learns colours from its cross attention long before it learns shapes.
        "addition_embed_type": "text",
        "addition_embed_type_num_heads": 8,
        # As factors they choose among the shapes that positions offer, which sums can only shift.
        "resnet_time_scale_shift": "scale_shift",
    }


def load_unet(state: dict[str, Tensor], channels: int) -> UNet2DConditionModel:
    """Build a UNet with weights."""
    made = unet(channels)
    made.load_state_dict(state)
    return made


def text_to_image_slice(whole: UNet2DConditionModel) -> UNet2DConditionModel:
    """Return the four-channel UNet that equals a nine-channel one whose extras are zero."""
    state = whole.state_dict()
    state["conv_in.weight"] = state["conv_in.weight"][:, :4].contiguous()
    small = unet(4)
    small.load_state_dict(state)
    return small.eval()


def text_encoder(vocabulary: int, bos: int, eos: int) -> CLIPTextModel:
    """Build the text encoder: six causal layers, 256 wide."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=TEXT_WIDTH,
            intermediate_size=4 * TEXT_WIDTH,
            projection_dim=TEXT_WIDTH,
            num_hidden_layers=6,
            num_attention_heads=4,
            max_position_embeddings=TEXT_LENGTH,
            bos_token_id=bos,
            eos_token_id=eos,
            pad_token_id=eos,
        )
    )


def scheduler() -> DDIMScheduler:
    """Build the noise schedule that every stage and the shipped pipeline share."""
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        num_train_timesteps=1000,
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
        timestep_spacing="trailing",
    )
