import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { findCommand } from './find-command.ts';
import type { OptionSpec } from './options.ts';
import { describe } from './parse-options.ts';

/** @param registry every command, /help included */
export function createHelp(registry: () => readonly Command[]): Command {
	return defineCommand({
		name: 'help',
		summary: 'Explain the commands, or one of them',
		example: 'anagram',
		options: {
			command: {
				kind: 'text',
				summary: 'A command name',
				positional: true,
				maxLength: 32,
				default: '',
				example: 'anagram',
			},
		},
		personal: true,
		async run({ command: name }) {
			const commands = registry();
			if (name === '') return { text: commands.map(line).join('\n'), figures: [] };
			const wanted = name.replace(/^\//, '').toLowerCase();
			return { text: page(findCommand(commands, wanted)), figures: [] };
		},
	});
}

const line = (command: Command) => `/${command.name}: ${command.summary}.`;

function page(command: Command): string {
	const options = Object.entries(command.options).map(([name, spec]) => `${name}: ${optionLine(spec)}`);
	return [line(command), `Example: /${command.name} ${command.example}`.trim(), ...options].join('\n');
}

function optionLine(spec: OptionSpec): string {
	const required = spec.required ? ' Required.' : '';
	const standard = 'default' in spec && String(spec.default) !== '' ? ` Default: ${spec.default}.` : '';
	if (spec.kind === 'flag') return `${spec.summary}. Takes no value; =no switches it off.`;
	return `${spec.summary}. Takes ${describe(spec)}.${required}${standard}`;
}

/** The README's table of commands, in Markdown; a test keeps the README current. */
export function commandTable(commands: readonly Command[]): string {
	const rows = commands.map((command) => {
		const usage = `/${command.name} ${command.example}`.trim();
		return `| \`${usage}\` | ${command.summary} |`;
	});
	return ['| Command | What it does |', '|---|---|', ...rows].join('\n');
}
