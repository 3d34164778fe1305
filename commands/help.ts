/** /help: all commands in brief, and one command or option in full. */
import { MAX_SEED } from '../gpu/jobs/index.ts';
import type { Command, Wording } from './lib/command.ts';
import { defineCommand } from './lib/command.ts';
import { defaultText } from './lib/default-text.ts';
import { findCommand, splitCommand, verbsOf } from './lib/find-command.ts';
import { inChats } from './lib/in-chats.ts';
import type { OptionSpec } from './lib/options.ts';
import { parseWords } from './lib/parse-text.ts';
import { splitWords } from './lib/split-words.ts';

/** Two words of 32 characters, a slash and the space between them. */
const MAX_NAME = 66;

/** @param registry every command, /help included */
export function createHelp(registry: () => readonly Command[]): Command {
	return defineCommand({
		name: 'help',
		summary: 'Explain the commands, or one of them',
		example: 'anagram',
		options: {
			command: {
				kind: 'text',
				label: 'Command or option',
				summary: 'A command, with or without its verb, or an option',
				positional: true,
				maxLength: MAX_NAME,
				default: '',
				example: 'anagram',
			},
		},
		personal: true,
		async run({ command: name }, { canAsk, wording }) {
			const commands = canAsk ? inChats(registry()) : registry();
			if (name === '') return { text: overview(commands, wording), figures: [] };
			const { name: wanted } = splitCommand(commands, name.split(/\s+/));
			const group = commands.filter((command) => command.name.startsWith(`${wanted} `));
			if (group.length > 0) return { text: group.map((command) => line(command, wording)).join('\n'), figures: [] };
			const option = commands.some((command) => command.name === wanted) ? '' : optionPage(commands, wanted, wording);
			return { text: option || page(findCommand(commands, wanted), wording), figures: [] };
		},
	});
}

/** A line for each command; the verbs of one share a line, so that everything fits in one message. */
function overview(commands: readonly Command[], wording: Wording): string {
	const lines = commands.map((command) => {
		const [first, verb] = command.name.split(' ');
		return verb === undefined
			? line(command, wording)
			: `${wording.line(first)} ${verbsOf(commands, first).join(', ')}: ${wording.line('help', { command: first })} explains them.`;
	});
	return [...new Set(lines)].join('\n');
}

/** "/models: List the installed models."; a summary that ends in "…" gets no full stop. */
const line = ({ name, summary }: Command, wording: Wording) =>
	`${wording.line(name)}: ${summary}${summary.endsWith('…') ? '' : '.'}`;

/** Short enough for one message on every platform. */
function page(command: Command, wording: Wording): string {
	const options = Object.entries(command.options).map(([name, spec]) => wording.hint(briefLine(name, spec)));
	const example = wording.line(command.name, parseWords(command, splitWords(command.example)));
	return [line(command, wording), `Example: ${example}`, ...options].join('\n');
}

const optionLine = (name: string, spec: OptionSpec) => `${name}${optionFacts(spec)}: ${spec.summary}.`;

/** How many choices fit on a command's page, which has to fit in one message; longer lists are on the option's page. */
const MAX_LISTED = 5;

function briefLine(name: string, spec: OptionSpec): string {
	if (spec.kind === 'flag') return `${name}: ${spec.summary}.`;
	if (spec.kind !== 'choice' || spec.choices.length <= MAX_LISTED) return optionLine(name, spec);
	return `${name}${facts(spec, [])}: ${spec.summary}; see /help ${name}.`;
}

/** What the commands with an option of that name say about it, and what its choices mean; empty where none has it. */
export function optionPage(commands: readonly Command[], name: string, wording: Wording): string {
	const having = commands.filter(({ options }) => Object.hasOwn(options, name));
	const saidBy = ({ options }: Command) => optionLine(name, options[name]);
	const lines = [...new Set(having.map(saidBy))].map((said) => {
		const sayers = having.filter((command) => saidBy(command) === said);
		return `${said} In ${sayers.map((command) => wording.line(command.name)).join(', ')}.`;
	});
	const meanings = having.flatMap(({ options: { [name]: spec } }) =>
		Object.entries((spec.kind === 'choice' && spec.meanings) || {}).map(
			([choice, meaning]) => `${choice}: ${meaning}.`,
		),
	);
	const elsewhere = lines.map((said) => said.replace(`; see /help ${name}`, ''));
	return [...elsewhere.map(wording.hint), ...new Set(meanings)].join('\n');
}

/** What an option takes and its default, " (1 to 16; default 1)"; empty where the summary says everything. */
export const optionFacts = (spec: OptionSpec): string => facts(spec, limits(spec));

/** @param limits to be told beside the default */
function facts(spec: OptionSpec, limits: readonly string[]): string {
	const standard = defaultText(spec);
	const parts = [...(spec.required ? ['required'] : []), ...limits, ...(standard ? [`default ${standard}`] : [])];
	return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

/** What it accepts, in a few words; the error messages say the same in full. */
function limits(spec: OptionSpec): string[] {
	switch (spec.kind) {
		case 'text':
		case 'model':
			return [];
		case 'integer':
		case 'number':
			return [`${spec.min} to ${spec.max}`];
		case 'integers':
			return [`1 to ${spec.maxCount} numbers, ${spec.min} to ${spec.max}`];
		case 'numbers':
			return [`${spec.count} numbers, ${spec.min} to ${spec.max}`];
		case 'choice':
			return [spec.choices.join(', ')];
		case 'names':
			return [`1 to ${spec.maxCount} of ${spec.choices.join(', ')}`];
		case 'flag':
			return ['no value; =no switches it off'];
		case 'image':
			return ['a picture or its address'];
		case 'embeddings':
			return ['a .pth or .safetensors file'];
		case 'user':
			return ['a mention or an id'];
		case 'seed':
			return [`0 to ${MAX_SEED}`];
	}
}

/** The table of docs/commands.md; a test keeps it current. */
export function commandTable(commands: readonly Command[]): string {
	const rows = commands.map((command) => {
		const usage = `/${command.name} ${command.example}`.trim();
		return `| \`${usage}\` | ${command.summary} |`;
	});
	return ['| Command | What it does |', '|---|---|', ...rows].join('\n');
}
