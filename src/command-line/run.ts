/** The command line: runs one command exactly as a chat would, as staff, and waits. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import { commands } from '../../commands/index.ts';
import type { Command } from '../../commands/lib/command.ts';
import { findCommand, splitCommand } from '../../commands/lib/find-command.ts';
import { isUpload, type RawOptions } from '../../commands/lib/options.ts';
import { parseWords, type TakesWord } from '../../commands/lib/parse-text.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { joinQuoted } from '../../commands/lib/split-words.ts';
import { optionIn } from '../../commands/lib/typed-option.ts';
import { seedOf, UserError } from '../../gpu/jobs/index.ts';
import { type BackendConnection, connectBackend } from '../backend-connection.ts';
import { ConfigError, readConfig, secretsOf } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { printable, printableJson } from '../base/printable.ts';
import { createRedactor } from '../base/redact.ts';
import type { Outcome } from '../desk/desk.ts';
import { isOpen, type MessageView } from '../desk/view.ts';
import { operatorVerbs } from '../operator/index.ts';
import { platforms } from '../platforms/index.ts';
import { isWebAddress } from '../uploads/incoming.ts';
import { ingest } from '../uploads/ingest.ts';

const verbs = operatorVerbs(platforms);

const VERBS = `For whoever runs the bot: ${Object.keys(verbs).join(', ')}.`;

/** What a terminal, a script or a test gives to a command line. */
export interface Streams {
	readonly stdout: Output;
	readonly stderr: Output;
}

export interface Output {
	readonly isTTY?: boolean;
	write(text: string): unknown;
}

/**
 * @param argv words after the name of the program
 * @returns the exit status: 0 done, 2 the user's mistake (one line on stderr), 1 ours
 */
export async function runCommandLine(argv: readonly string[], streams: Streams): Promise<number> {
	// What goes into the data directory is for this user alone; pictures for the user are written as other programs write.
	const usual = process.umask(0o077);
	const complain = (text: string) => complainOn(streams.stderr, text);
	try {
		return await run(argv, streams, usual, complain);
	} catch (error) {
		if (error instanceof ConfigError) complain(error.problems.join('; '));
		else complain(error instanceof UserError ? error.message : inspect(error));
		return error instanceof ConfigError || error instanceof UserError ? 2 : 1;
	} finally {
		process.umask(usual);
	}
}

async function run(
	argv: readonly string[],
	{ stdout, stderr }: Streams,
	usual: number,
	complain: (text: string) => void,
): Promise<number> {
	const print = (text: string) => stdout.write(`${printable(text)}\n`);
	const { words, out, json, alone } = ownOptions(joinQuoted(argv));
	const [first = 'help', ...after] = words;
	const verb = Object.hasOwn(verbs, first) ? verbs[first] : undefined;
	if (verb) return verb({ words: after, json, config: () => readConfig(platforms), print });
	const config = readConfig(platforms);
	const plain = first === '--help' || first === '-h' ? 'help' : first;
	const { name, rest } = splitCommand(commands, [plain, ...after]);
	const askedForHelp = rest.includes('--help');
	const command = askedForHelp ? undefined : findCommand(commands, name, Object.keys(verbs));
	const started = performance.now();
	const warnings: string[] = [];
	const log = process.env.LOG_LEVEL ? undefined : quietLog(warnings);
	const backend = await connectBackend(config, { alone, log, warn: complain });
	const onInterrupt = () => {
		const run = backend.training();
		void backend.close().finally(() => {
			if (run) complain(`What ${run} has learned is kept; mnist train --run ${run} goes on with it.`);
			process.exit(130);
		});
	};
	process.once('SIGINT', onInterrupt);
	try {
		const options = command && (await loadFiles(backend, command, parseWords(command, rest, isPath)));
		await refuseFile(out);
		const outcome = await backend.open(command?.name ?? 'help', options ?? { command: name }, (view) =>
			drawProgress(stderr, view),
		);
		if (outcome.view.state !== 'done') {
			const ours = outcome.fault === 'internal';
			complain([outcome.view.text, ...(ours ? warnings : [])].join('\n'));
			return ours ? 1 : 2;
		}
		process.umask(usual);
		print(await report(outcome, out, json, (performance.now() - started) / 1000));
		if (name === 'help' && rest.length === 0 && !json) print(VERBS);
		return 0;
	} finally {
		process.off('SIGINT', onInterrupt);
		await backend.close();
	}
}

interface OwnOptions {
	readonly words: readonly string[];
	/** The folder for pictures and files. */
	readonly out: string;
	readonly json: boolean;
	/** Whether to work in this process even where a bot is running. */
	readonly alone: boolean;
}

/** Takes --out, --json and --alone, which belong to the command line itself, from among the words. */
function ownOptions(argv: readonly string[]): OwnOptions {
	const given = argv.map((word) => ({ word, ...optionIn(word, OWN) }));
	const has = (flag: string) => given.some(({ name }) => name === flag);
	const left = given.filter(({ name }) => name !== 'json' && name !== 'alone');
	const flags = { json: has('json'), alone: has('alone') };
	const outAt = left.findIndex(({ name }) => name === 'out');
	const wordsOf = (rest: typeof left) => rest.map(({ word }) => word);
	if (outAt < 0) return { words: wordsOf(left), out: './out', ...flags };
	const [{ value }, next] = left.splice(outAt, left[outAt].value === undefined ? 2 : 1);
	const out = value ?? (next?.name === undefined ? next?.word : undefined);
	if (!out) throw new UserError('out needs a value: the folder for the pictures, for example ./out.');
	return { words: wordsOf(left), out, ...flags };
}

const OWN: readonly string[] = ['out', 'json', 'alone'];

/** Before the work, so that the mistake costs no picture. */
async function refuseFile(out: string): Promise<void> {
	const there = await stat(out).catch(() => undefined);
	if (there && !there.isDirectory()) {
		throw new UserError(`out "${shorten(out, 80)}" is a file; give a folder for the pictures, for example ./out.`);
	}
}

/** Keeps what may explain a failure of ours, and prints nothing: scripts read what this program prints. */
function quietLog(warnings: string[]): Log {
	const keep = (details: { error?: unknown }, message: string) => {
		warnings.push(details.error instanceof Error ? `${message}: ${details.error.stack}` : message);
	};
	return { error: keep, warn: keep, info() {}, debug() {} };
}

/** A picture may also be typed wrongly, and is then complained of; a word that is no file of embeddings is for another option. */
const isPath: TakesWord = ({ kind }, word) => kind === 'image' || existsSync(word);

/** Replaces the paths that are given in the place of files by stored uploads. */
async function loadFiles(
	{ blobs }: BackendConnection,
	command: Command,
	values: Record<string, string>,
): Promise<RawOptions> {
	const loaded: Record<string, RawOptions[string]> = { ...values };
	for (const [name, path] of Object.entries(values)) {
		const spec = command.options[name];
		// The desk fetches what has a web address.
		if (!isUpload(spec) || (spec.kind === 'image' && isWebAddress(path))) continue;
		const bytes = await contentOf(path).catch(() => {
			const right = spec.kind === 'image' ? 'a picture file, or its https address' : 'a file of embeddings';
			throw new UserError(`${name} "${shorten(path, 80)}" cannot be read; give the path of ${right}.`);
		});
		loaded[name] = await ingest(spec.kind, blobs, bytes, basename(path));
	}
	return loaded;
}

/** A pipe would be waited for, perhaps for ever. */
async function contentOf(path: string): Promise<Uint8Array> {
	if (!(await stat(path)).isFile()) throw new Error('no file');
	return readFile(path);
}

/** Writes the pictures. @returns what is said of them on stdout */
async function report(
	{ view, record, originals }: Outcome,
	out: string,
	json: boolean,
	seconds: number,
): Promise<string> {
	const { attachments = [] } = view;
	const refused = (error: Error) => {
		throw new UserError(
			`out "${shorten(out, 80)}" cannot be written (${error.message}); give a folder that can be, with room in it.`,
		);
	};
	if (view.figures.length + attachments.length > 0) await mkdir(out, { recursive: true }).catch(refused);
	const images: { path: string; width: number; height: number; alt: string }[] = [];
	for (const { filename, bytes, width, height, alt } of [...((await originals?.()) ?? []), ...view.figures]) {
		const path = join(out, filename);
		await writeFile(path, bytes).catch(refused);
		images.push({ path, width, height, alt });
	}
	const files = attachments.map(({ filename }) => join(out, filename));
	await Promise.all(attachments.map(({ bytes }, i) => writeFile(files[i], bytes))).catch(refused);
	if (!json) return [view.text, ...images.map(({ path }) => path), ...files].join('\n');
	const seed = (record?.job && seedOf(record.job)) ?? null;
	const rounded = Math.round(seconds * 1000) / 1000;
	const job = record?.job ?? null;
	const answer = { command: record?.command, seed, images, text: view.text, seconds: rounded, job };
	return printableJson(files.length > 0 ? { ...answer, files } : answer);
}

/** On stderr, where stacks of libraries may come along. */
function complainOn(stderr: Output, text: string): void {
	stderr.write(`${printable(createRedactor(secretsOf(platforms, process.env))(text))}\n`);
}

/** One line that is written over itself, on a terminal only. */
function drawProgress(stderr: Output, view: MessageView): void {
	if (!stderr.isTTY) return;
	const { done = 0, total = 1 } = view.progress ?? {};
	const width = 30;
	const filled = Math.round((width * done) / total);
	stderr.write(
		`\r\x1b[K${isOpen(view) ? `[${'█'.repeat(filled)}${' '.repeat(width - filled)}] ${printable(view.text)}` : ''}`,
	);
}
