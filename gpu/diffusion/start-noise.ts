/**
 * The noise that a walk starts from, with the mean colour of a likely picture. At the first timestep of a squared-cosine
 * schedule hardly any signal is left, yet its mean over all pixels stands out of the noise's: a small network reads the noise's
 * chance mean as the colour of the whole picture, which gives tinted grounds. Source: Guttenberg 2023, "Diffusion with
 * Offset Noise", on the mean; Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps Are Flawed", on what the
 * schedule leaves of it.
 */
import { map, type Tensor } from '../tensor/tensor.ts';
import { alphaCumprodAt, type Schedule } from './schedule.ts';

/**
 * Noise whose mean in each channel is that of √ᾱ_t `picture` in place of its chance one.
 *
 * @param picture of which only the mean of each channel counts; both [C, H, W]
 */
export function withMeanOf(picture: Tensor, noise: Tensor, schedule: Schedule, t: number): Tensor {
	const alpha = Math.sqrt(alphaCumprodAt(schedule, t));
	const wanted = channelMeans(picture);
	const chance = channelMeans(noise);
	const area = noise.data.length / chance.length;
	return map(noise, (value, i) => {
		const channel = Math.floor(i / area);
		return value - chance[channel] + alpha * wanted[channel];
	});
}

function channelMeans({ data, shape: [C] }: Tensor): number[] {
	const area = data.length / C;
	return Array.from({ length: C }, (_, c) => {
		const channel = data.subarray(c * area, (c + 1) * area);
		return channel.reduce((sum, value) => sum + value, 0) / area;
	});
}
