/** The texts of --help and the completions of shells, generated from the registry. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { completionScript } from '../../../src/command-line/completion.ts';
import { helpPage } from '../../../src/command-line/help.ts';
import { OWN_OPTIONS } from '../../../src/command-line/own-options.ts';
import { operatorVerbs } from '../../../src/operator/index.ts';
import { platforms } from '../../../src/platforms/index.ts';

const verbs = operatorVerbs(platforms);
const known = { commands, verbs };

describe('help', () => {
	test.each(commands.map((command) => [command.name, command] as const))(
		'of %s',
		(name, { options, summary, example }) => {
			const page = helpPage(known, name.split(' '));
			expect(page).toMatch(new RegExp(`^Usage: flipside ${name}`));
			expect(page.replace(/\s+/g, ' ')).toContain(summary);
			expect(page).toContain(`  ${`flipside ${name} ${example}`.trim()}\n`.trimEnd());
			for (const option of Object.keys(options)) expect(page).toMatch(new RegExp(`^ {2}--${option}( |$)`, 'm'));
			for (const { names } of OWN_OPTIONS) expect(page).toContain(`--${names[0]}`);
		},
	);

	test.each(Object.entries(verbs))('of the operator’s %s', (word, { summary, json, options }) => {
		const page = helpPage(known, word.split(' '));
		expect(page).toMatch(new RegExp(`^Usage: flipside ${word}`));
		expect(page.replace(/\s+/g, ' ')).toContain(summary);
		expect(page.includes('--json')).toBe(json === true);
		for (const option of Object.keys(options ?? {})) expect(page).toMatch(new RegExp(`^ {2}--${option} `, 'm'));
	});

	test('in general lists every command and verb', () => {
		const page = helpPage(known, []);
		for (const name of [...commands.map((command) => command.name), ...Object.keys(verbs)]) {
			expect(page).toMatch(new RegExp(`^ {2}${name}(?: |$)`, 'm'));
		}
	});

	test('of a command that the operator has verbs of names both', () => {
		const page = helpPage(known, ['models']);
		expect(page).toContain('Usage: flipside models\n');
		expect(page).toMatch(/^For the operator:\n {2}models pull /m);
		expect(helpPage(known, ['models', 'pull', 'DeepFloyd/IF-I-M-v1.0'])).toMatch(
			/^Usage: flipside models pull REPOSITORY \[--dry-run\] \[--no-encoder\] \[--json\] \[--quiet\]\n/,
		);
		expect(() => helpPage(known, ['models', 'pul'])).toThrow(/models has no verb "pul" \(did you mean "pull"\?\)/);
	});

	test('gives defaults and limits', () => {
		const page = helpPage(known, ['generate']);
		expect(page).toMatch(/--count N +How many pictures; picture i uses seed \+ i \(1 to 9;\s+default 1\)/);
		expect(page).toContain('Usage: flipside generate [PROMPT] [--option value ...]');
		expect(helpPage(known, ['edit'])).toContain('Usage: flipside edit IMAGE [PROMPT]');
	});

	test('of a first word lists its verbs, and of an option the commands that have it', () => {
		expect(helpPage(known, ['mnist'])).toMatch(/^ {2}mnist train /m);
		expect(helpPage(known, ['sampler'])).toContain('/generate');
	});

	test.each([30, 60, 80, 300])('fits into %d columns', (columns) => {
		const pages = [[], ['generate'], ['mnist'], ['show']].map((topic) => helpPage(known, topic, columns));
		const lines = pages.flatMap((page) => page.split('\n')).filter((line) => !/flipside/.test(line));
		const width = Math.min(Math.max(columns, 40), 100);
		// A single word may be longer than the remaining space.
		expect(lines.filter((line) => line.length > width && /\S+ \S+ \S+ \S+/.test(line))).toEqual([]);
	});
});

describe('completion', () => {
	const complete = (...words: string[]) => {
		const line = ['flipside', ...words];
		const script = `${completionScript(known, ['bash'])}
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _flipside; printf '%s\\n' "\${COMPREPLY[@]}"`;
		return execFileSync('bash', ['--norc', '-u', '-c', script, 'test', ...line], {
			encoding: 'utf8',
		})
			.trim()
			.split('\n');
	};

	test('of bash: commands, verbs, options and choices', () => {
		expect(complete('gen')).toEqual(['generate']);
		expect(complete('do')).toEqual(['doctor']);
		expect(complete('help', 'up')).toEqual(['upscale']);
		expect(complete('mnist', 'tr')).toEqual(['train']);
		expect(complete('mnist', 'train', '--pre')).toEqual(['--preset']);
		expect(complete('generate', '--samp')).toEqual(['--sampler']);
		expect(complete('generate', '--sampler', 'dd')).toEqual(['ddpm', 'ddim']);
		expect(complete('generate', 'a', '--ou')).toEqual(['--out']);
		expect(complete('edit', 'ske')).toEqual(['']);
	});

	test('of bash: what is a command alone and has verbs of the operator’s', () => {
		expect(complete('mod')).toEqual(['models']);
		expect(complete('models', 'pu')).toEqual(['pull']);
		expect(complete('models', '--js')).toEqual(['--json']);
		expect(complete('models', 'pull', 'DeepFloyd/IF-II-')).toEqual([
			'DeepFloyd/IF-II-M-v1.0',
			'DeepFloyd/IF-II-L-v1.0',
		]);
		expect(complete('models', 'pull', '--dr')).toEqual(['--dry-run']);
		expect(complete('models', 'pull', 'x', '--q')).toEqual(['--quiet']);
		expect(complete('models', 'remove', 'x', '--')).toEqual(['--yes', '--help']);
	});

	test('of zsh and fish has every command, verb and option', () => {
		const [zsh, fish] = ['zsh', 'fish'].map((shell) => completionScript(known, [shell]));
		for (const { name, options } of commands) {
			const words = name.split(' ');
			for (const word of words) {
				expect(zsh).toContain(`'${word}:`);
				expect(fish).toMatch(new RegExp(`-a ${word} -d `));
			}
			for (const option of Object.keys(options)) {
				expect(zsh).toContain(`'--${option}:`);
				expect(fish).toContain(` -l ${option} `);
			}
		}
		for (const word of Object.keys(verbs).flatMap((name) => name.split(' '))) {
			expect([zsh, fish].every((script) => script.includes(word))).toBe(true);
		}
	});

	test('quotes special characters in summaries', () => {
		const summary = `It's "$HOME" \\ \`x\``;
		const odd = { ...commands[0], name: 'odd', summary };
		const script = completionScript({ commands: [odd], verbs: {} }, ['fish']);
		expect(script).toContain(`-d 'It\\'s "$HOME" \\\\ \`x\`'`);
		expect(completionScript({ commands: [odd], verbs: {} }, ['zsh'])).toContain(`'odd:It'\\''s "$HOME"`);
	});
});
