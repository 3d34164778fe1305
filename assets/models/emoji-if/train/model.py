"""The network, a small one with DeepFloyd IF stage I's architecture, and the noise schedule.

Architecture: Imagen (Saharia et al. 2022, arXiv:2205.11487) as built by DeepFloyd IF and described by
diffusers' UNet2DConditionModel; fields that are not listed keep the constructor's defaults, as in the
published checkpoints. Schedule and learned variance: Nichol & Dhariwal 2021 (arXiv:2102.09672).
"""

from diffusers import DDPMScheduler, UNet2DConditionModel

TOKENS = 77
TEXT_WIDTH = 384

DOWN = "SimpleCrossAttnDownBlock2D"
UP = "SimpleCrossAttnUpBlock2D"

# Widths: the up-sampling residual blocks convolve at the finer resolution with the coarser width, so
# levels 0 and 1 are narrow; most of the capacity for concepts is in levels 2 and 3, where pixels are few.
UNET = dict(
    sample_size=64,
    in_channels=3,
    out_channels=6,
    block_out_channels=(24, 32, 96, 160),
    layers_per_block=1,
    down_block_types=("ResnetDownsampleBlock2D", DOWN, DOWN, DOWN),
    mid_block_type="UNetMidBlock2DSimpleCrossAttn",
    up_block_types=(UP, UP, UP, "ResnetUpsampleBlock2D"),
    only_cross_attention=False,
    act_fn="gelu",
    resnet_time_scale_shift="scale_shift",
    cross_attention_norm="group_norm",
    cross_attention_dim=128,
    attention_head_dim=32,
    norm_num_groups=8,
    time_embedding_dim=256,
    encoder_hid_dim=TEXT_WIDTH,
    addition_embed_type="text",
    addition_embed_type_num_heads=6,
    class_embed_type=None,
)

SCHEDULER = dict(
    num_train_timesteps=1000,
    beta_schedule="squaredcos_cap_v2",
    variance_type="learned_range",
    prediction_type="epsilon",
    thresholding=True,
    dynamic_thresholding_ratio=0.95,
    sample_max_value=1.5,
    clip_sample=False,
    timestep_spacing="leading",
    steps_offset=0,
)


def make_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(**UNET)


def make_scheduler() -> DDPMScheduler:
    return DDPMScheduler(**SCHEDULER)


def flops(unet: UNet2DConditionModel, size: int = 64) -> int:
    """Floating point operations (a multiply-add is 2) of one evaluation of one picture."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        unet(torch.zeros(1, 3, size, size), torch.zeros(1), torch.zeros(1, TOKENS, TEXT_WIDTH))
    return counter.get_total_flops()
