/** Options that people know from other bots and programs, and what they are here. */

/** What options are called elsewhere, by their names here. */
const NAMES_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
	negative: ['no', 'neg', 'negative_prompt', 'negative-prompt', 'exclude'],
	seed: ['s'],
	steps: ['step', 'num_inference_steps', 'num-inference-steps', 'ddim_steps'],
	guidance: ['cfg', 'cfg_scale', 'cfg-scale', 'guidance_scale', 'guidance-scale', 'scale', 'g'],
	count: ['n', 'num', 'number', 'batch', 'repeat', 'r', 'images', 'num_images', 'samples'],
	model: ['v', 'version', 'niji', 'm', 'checkpoint', 'ckpt'],
	sampler: ['scheduler', 'sampling_method'],
	image: ['sref', 'cref', 'iw', 'init_img', 'init-img'],
};

const SHAPES: readonly string[] = ['ar', 'aspect', 'aspect_ratio', 'w', 'h', 'width', 'height', 'resolution'];

const NOTHING_LIKE_IT: readonly string[] = [
	'q',
	'quality',
	'stylize',
	'style',
	'chaos',
	'c',
	'weird',
	'tile',
	'stop',
	'raw',
	'hd',
	'fast',
	'relax',
	'turbo',
	'uplight',
	'video',
	'stealth',
];

/** Those that begin no phrase of a prompt, whatever dash they come with: they are options even where two hyphens became a long dash. */
const UNMISTAKABLE = new Set('ar no s v q c n iw cfg cfg_scale niji stylize chaos sref cref'.split(' '));

export const isUnmistakable = (name: string): boolean => UNMISTAKABLE.has(name);

/**
 * Half a sentence on an option that there is not, to follow its name; undefined where nothing is known of it.
 *
 * @param names of the command's options
 */
export function adviceOn(option: string, names: readonly string[]): string | undefined {
	const name = option.toLowerCase();
	if (SHAPES.includes(name)) return ': pictures are square here, so leave it out';
	if (NOTHING_LIKE_IT.includes(name)) return ': nothing here is like it, so leave it out';
	const ours = names.find((known) => NAMES_ELSEWHERE[known]?.includes(name));
	return ours && `; it is --${ours} here`;
}
