/** Cells of sheets that compare noisy pictures with what became of them. */
import type { JobImage } from '../../gpu/jobs/index.ts';
import type { Cell } from './sheet.ts';

/**
 * A picture with known noise or after its removal, and how close it is to the original: "noisy, t = 250\nPSNR 12.0 dB",
 * "blurred, t = 250\nσ 2, PSNR 17.3 dB", and for a state on the way down "t = 240".
 */
export function noisyCell(image: JobImage): Cell {
	const { blur, psnr } = image;
	const details = [...(blur ? [`σ ${blur.sigma}`] : []), ...(psnr === undefined ? [] : [`PSNR ${psnr.toFixed(1)} dB`])];
	return { image, caption: [nameOf(image), ...(details.length > 0 ? [details.join(', ')] : [])].join('\n') };
}

function nameOf({ role = '', t }: JobImage): string {
	if (role === 'original') return role;
	if (role === 'state') return `t = ${t}`;
	return `${role}, t = ${t}`;
}
