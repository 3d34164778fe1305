/** Words that come before every prompt of a request, such as "an oil painting of". Source: Visual Anagrams' `--style`. */
import { UserError } from '../../gpu/jobs/index.ts';
import type { OptionSpecs, RawOptions, TextOption } from './options.ts';

const STYLE = 'style';

export const styleOption = {
	kind: 'text',
	label: 'Style',
	summary: 'Words to put before every prompt',
	maxLength: 200,
	suggestions: ['an oil painting of', 'a lithograph of', 'a photo of', 'a sketch of'],
	example: 'an oil painting of',
} as const satisfies TextOption;

/**
 * The prompts with the style before them, by the names of their options; none without a style. A default prompt stays as it
 * is: it is a whole caption.
 *
 * @param texts of the options that were given
 * @throws {UserError} for a style without a prompt, or one that makes a prompt too long
 */
export function styledPrompts(specs: OptionSpecs, texts: RawOptions): Readonly<Record<string, string>> {
	const style = Object.hasOwn(specs, STYLE) ? texts[STYLE] : undefined;
	if (style === undefined || style === '') return {};
	const prompts = Object.entries(specs).flatMap(([name, spec]) => {
		if (spec.kind !== 'text' || !spec.styled || !texts[name]) return [];
		const prompt = `${style} ${texts[name]}`;
		if (prompt.length <= spec.maxLength) return [[name, prompt]];
		throw new UserError(
			`style and ${name} may have at most ${spec.maxLength} characters together; they have ${prompt.length}.`,
		);
	});
	if (prompts.length === 0) throw new UserError('style goes before a prompt; give a prompt too, or leave it out.');
	return Object.fromEntries(prompts);
}
