/** Typed lines on Discord: "/generate prompt:a dog seed:5". Its client fills in the options of those names. */
import type { Command } from '../../../commands/lib/command.ts';
import type { OptionSpec, RawOptions, RawValue } from '../../../commands/lib/options.ts';
import { isWebAddress } from '../../uploads/incoming.ts';
import { addressOptionOf } from './slash-commands.ts';

/** @returns the command with its options by name, in the order of their specs */
export function typedLine(commands: readonly Command[], command: string, options: RawOptions): string {
	const specs = commands.find(({ name }) => name === command)?.options ?? {};
	const words = Object.keys({ ...specs, ...options }).flatMap((name) => {
		const value = options[name];
		return value === undefined || value === '' ? [] : [word(name, specs[name], value)];
	});
	return [`/${command}`, ...words].join(' ');
}

function word(name: string, spec: OptionSpec | undefined, value: RawValue): string {
	if (typeof value === 'object') return `${name}:${value.name}`;
	switch (spec?.kind) {
		case 'flag':
			return `${name}:${value === 'yes' || value === 'true' ? 'True' : 'False'}`;
		case 'image':
			// A file that has not arrived yet is only a name.
			return `${isWebAddress(String(value)) ? addressOptionOf(name) : name}:${value}`;
		case 'user':
			return `${name}:@${String(value).split('|').at(-1)}`;
		default:
			return `${name}:${value}`;
	}
}
