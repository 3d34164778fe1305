/** Writes a request as a person would type it. */
import type { Command } from './command.ts';
import type { RawOptions, RawValue } from './options.ts';

/** "/edit sketch.png a rocket ship --seed 3": a request as a person would type it; `command` may also be unknown. */
export function requestLine(commands: readonly Command[], command: string, options: RawOptions): string {
	const specs = commands.find(({ name }) => name === command)?.options ?? {};
	// Quotes mark where a text ends; a lone positional text needs none, and reads better without.
	const texts = Object.keys(specs).filter((name) => specs[name].kind === 'text' && specs[name].positional);
	const [lone] = texts.length === 1 ? texts : [];
	const shown = (name: string, value: RawValue) => {
		const text = typeof value === 'object' ? value.name : String(value);
		return name !== lone && /\s/.test(text) ? `"${text}"` : text;
	};
	const words = Object.keys({ ...specs, ...options }).flatMap((name) => {
		const value = options[name];
		if (value === undefined || value === '') return [];
		if (specs[name]?.kind === 'flag') return flagWord(name, value);
		return specs[name]?.positional ? shown(name, value) : `--${name} ${shown(name, value)}`;
	});
	return [`/${command}`, ...words].join(' ');
}

/** A flag as it is typed; a value that no flag can have is shown as it came. */
const flagWord = (name: string, value: RawValue) =>
	value === 'yes' || value === 'true' ? `--${name}` : `--${name}=${value}`;
