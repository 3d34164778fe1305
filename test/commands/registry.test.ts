import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';

/** Discord is the strictest platform; what fits there fits everywhere. */
describe.each(commands.map((command) => [command.name, command] as const))('/%s', (_name, command) => {
	test('is named and summarised within the limits of every platform', () => {
		expect(command.name).toMatch(/^[a-z][a-z0-9-]{0,31}( [a-z][a-z0-9-]{0,31})?$/);
		expect(command.summary.length).toBeLessThanOrEqual(100);
		expect(command.summary).not.toMatch(/[.\n]$/);
	});

	test('has options within those limits, the required ones first', () => {
		const specs = Object.entries(command.options);
		expect(specs.length).toBeLessThanOrEqual(25);
		for (const [name, spec] of specs) {
			expect(name).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
			expect(spec.summary.length, name).toBeLessThanOrEqual(100);
			expect(spec.summary.length, name).toBeGreaterThan(0);
		}
		const required = specs.map(([, spec]) => spec.required === true);
		expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
	});
});

test('names are unique', () => {
	expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test('a command with verbs is none without one, which Discord could not show', () => {
	const firsts = commands.flatMap(({ name }) => (name.includes(' ') ? name.split(' ')[0] : []));
	expect(commands.filter(({ name }) => firsts.includes(name))).toEqual([]);
});
