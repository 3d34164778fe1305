"""The network, a small one with DeepFloyd IF stage II's architecture, and the schedules.

Architecture: Imagen's super-resolution network (Saharia et al. 2022, arXiv:2205.11487) as built by DeepFloyd IF and
described by diffusers' UNet2DConditionModel; fields that are not listed keep the constructor's defaults, as in the published
checkpoints. It attends only to the prompt, so it is convolutional in the picture: trained on parts, used on the whole.
"""

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from torch.utils.flop_counter import FlopCounterMode

import shared  # noqa: F401
from model import SCHEDULER as STAGE1_SCHEDULER
from model import TEXT_WIDTH, TOKENS

SIDE = 256
DOWN, UP = "ResnetDownsampleBlock2D", "ResnetUpsampleBlock2D"
ROOT = 1 / 0.7071  # as in the published checkpoints

# Widths: 256x256 pixels cost most, so levels 0 and 1 are as narrow as possible; most of the capacity for edges is at 64 and
# 32 pixels, where the low-resolution picture has its information.
UNET = dict(
    sample_size=SIDE,
    in_channels=6,
    out_channels=6,
    block_out_channels=(16, 24, 48, 96),
    layers_per_block=(1, 1, 2, 1),
    down_block_types=(DOWN, DOWN, DOWN, "SimpleCrossAttnDownBlock2D"),
    mid_block_type="UNetMidBlock2DSimpleCrossAttn",
    up_block_types=("SimpleCrossAttnUpBlock2D", UP, UP, UP),
    only_cross_attention=True,
    act_fn="gelu",
    resnet_time_scale_shift="scale_shift",
    resnet_skip_time_act=True,
    resnet_out_scale_factor=ROOT,
    mid_block_scale_factor=ROOT,
    cross_attention_norm="group_norm",
    cross_attention_dim=96,
    attention_head_dim=32,
    norm_num_groups=8,
    time_embedding_dim=96,
    time_embedding_act_fn="gelu",
    class_embed_type="timestep",
    encoder_hid_dim=TEXT_WIDTH,
    addition_embed_type="text",
    addition_embed_type_num_heads=6,
)

# Stage II's pictures are clipped to white and black.
SCHEDULER = {**STAGE1_SCHEDULER, "sample_max_value": 1.0}
NOISING = dict(num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2")


def make_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(**UNET)


def make_scheduler() -> DDPMScheduler:
    return DDPMScheduler(**SCHEDULER)


def estimate(unet, x, t, text, low, level):
    """x, low: [n, 3, H, W]; level: the timestep that low was noised to, [n] -> epsilon and the variance, [n, 6, H, W]"""
    return unet(torch.cat([x, low], 1), t, text, class_labels=level).sample


def flops(unet: UNet2DConditionModel) -> int:
    """Floating point operations (a multiply-add is 2) of one evaluation of one picture."""
    x, one = torch.zeros(1, 3, SIDE, SIDE), torch.zeros(1)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        estimate(unet, x, one, torch.zeros(1, TOKENS, TEXT_WIDTH), x, one)
    return counter.get_total_flops()
