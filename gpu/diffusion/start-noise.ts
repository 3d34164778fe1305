/**
 * The noise that a walk starts from, with the mean colour of a likely picture. A squared-cosine schedule leaves hardly any
 * signal at its first timestep, yet the signal's mean over all pixels still stands out from the noise's. A small network
 * therefore reads the noise's chance mean as the colour of the whole picture, which tints backgrounds. Source: Guttenberg
 * 2023, "Diffusion with Offset Noise", on the mean; Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps Are
 * Flawed", on what the schedule leaves of it.
 */
import { map, type Tensor } from '../tensor/tensor.ts';
import { alphaCumprodAt, type Schedule } from './schedule.ts';

/**
 * The noise with the mean of √ᾱ_t `picture` in each channel instead of its own chance mean.
 *
 * @param picture [C, H, W] like the noise; only the mean of each channel matters
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
