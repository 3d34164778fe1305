"""A picture by a plain script, for bench/cold.ts: starts, loads the model, takes its own ten steps with guidance, writes a PNG.

Arguments: the model directory, the number of threads, the file to write. The prompt's features are noise, because the text
encoder's int8 form has no reader here, so reading the prompt costs this script nothing.
"""

import json
import os
import sys

import torch
from diffusers import EulerAncestralDiscreteScheduler, UNet2DConditionModel
from PIL import Image

directory, threads, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
with open(os.path.join(directory, "model_index.json")) as index:
    own = json.load(index)["flipside"]
unet = UNet2DConditionModel.from_pretrained(directory, subfolder="unet").eval().to(memory_format=torch.channels_last)
scheduler = EulerAncestralDiscreteScheduler.from_pretrained(directory, subfolder="scheduler")
scheduler.set_timesteps(len(own["sampling"]["timesteps"]))
generator = torch.Generator().manual_seed(1)
size = unet.config.sample_size
x = torch.randn(1, 3, size, size, generator=generator) * scheduler.init_noise_sigma
features = torch.randn(2, 77, unet.config.encoder_hid_dim, generator=generator)
with torch.inference_mode():
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(torch.cat([x, x]), t)
        noise = unet(scaled, t, encoder_hidden_states=features).sample[:, :3]
        unconditional, conditional = noise.chunk(2)
        guided = unconditional + own["guidanceScale"] * (conditional - unconditional)
        x = scheduler.step(guided, t, x, generator=generator).prev_sample
pixels = ((x[0].clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
Image.fromarray(pixels).save(file)
