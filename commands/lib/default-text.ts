/** Defaults in words. */
import type { OptionSpec } from './options.ts';

/** The value of an option that is not given, in a few words; undefined where there is none worth mentioning. */
export function defaultText(spec: OptionSpec): string | undefined {
	if (spec.kind === 'text' && !spec.required && spec.ofModel !== undefined) return "the model's own";
	if (spec.required || !('default' in spec) || spec.default === undefined) return undefined;
	if (spec.kind === 'names' && spec.default.length === spec.choices.length) return 'all';
	return String(spec.default) || undefined;
}
