/** Options that people know from other bots and programs, and what they are called here. */

/** The names of options elsewhere, by their names here. */
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

/** Names that never start a phrase of a prompt, and so are options after any dash, as when two hyphens became a long dash. */
const UNMISTAKABLE = new Set('ar no s v q c n iw cfg cfg_scale niji stylize chaos sref cref'.split(' '));

export const isUnmistakable = (name: string): boolean => UNMISTAKABLE.has(name);

/**
 * Half a sentence about an option that does not exist, to follow its name; undefined where there is nothing to say.
 *
 * @param names the names of the command's options
 */
export function adviceOn(option: string, names: readonly string[]): string | undefined {
	const name = option.toLowerCase();
	if (SHAPES.includes(name)) return ': pictures are square here, so leave it out';
	if (NOTHING_LIKE_IT.includes(name)) return ': there is nothing like it here, so leave it out';
	const ours = names.find((known) => NAMES_ELSEWHERE[known]?.includes(name));
	return ours && `; it is --${ours} here`;
}
