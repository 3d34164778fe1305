import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { inChats } from '../../commands/lib/in-chats.ts';
import { slashCommands } from '../../src/platforms/discord/slash-commands.ts';

/** Discord is the strictest platform, so what fits there fits everywhere. */
describe.each(commands.map((command) => [command.name, command] as const))('/%s', (_name, command) => {
	test('has a name and a summary within the limits', () => {
		expect(command.name).toMatch(/^[a-z][a-z0-9-]{0,31}( [a-z][a-z0-9-]{0,31})?$/);
		expect(command.summary.length).toBeLessThanOrEqual(100);
		expect(command.summary).not.toMatch(/[.\n]$/);
	});

	test('has options within the limits, required ones first', () => {
		const [{ options }] = inChats([command]);
		const specs = Object.entries(options);
		for (const [name, spec] of specs) {
			expect(name).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
			expect(spec.summary.length, name).toBeLessThanOrEqual(100);
			expect(spec.summary.length, name).toBeGreaterThan(0);
		}
		const required = specs.map(([, spec]) => spec.required === true);
		expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
	});

	test('has a label for every option, none of them twice', () => {
		const labels = Object.values(command.options).map(({ label }) => label);
		for (const label of labels) expect(label).toMatch(/^[A-Z].{3,31}$/);
		expect(new Set(labels).size).toBe(labels.length);
	});
});

/** What `deploy` sends: a command, a verb or an option. */
interface Registered {
	readonly name: string;
	readonly options?: readonly Registered[];
}

/** How many options each command or verb has. A picture has a second one, for its address. */
const optionCounts = ({ name, options = [] }: Registered): (readonly [name: string, count: number])[] => [
	[`/${name}`, options.length],
	...options.flatMap((verb) => (verb.options ? optionCounts({ ...verb, name: `${name} ${verb.name}` }) : [])),
];

const MAX_OPTIONS = 25;
const counts = slashCommands(commands).flatMap(optionCounts);
const most = Math.max(...counts.map(([, count]) => count));
const fullest = counts.filter(([, count]) => count === most).map(([name]) => name);

test(`no command has more than Discord's ${MAX_OPTIONS} options; the most, ${most}, are of ${fullest.join(', ')}`, () => {
	const verbs = commands.map(({ name }) => `/${name}`);
	expect(counts.map(([name]) => name)).toEqual(expect.arrayContaining(verbs));
	expect(counts.filter(([, count]) => count > MAX_OPTIONS)).toEqual([]);
});

test('names are unique', () => {
	expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test('a command with verbs cannot be run without one, as Discord could not show it', () => {
	const firsts = commands.flatMap(({ name }) => (name.includes(' ') ? name.split(' ')[0] : []));
	expect(commands.filter(({ name }) => firsts.includes(name))).toEqual([]);
});
