/** One command from its words to its pictures: at the bot that runs on the data directory, or alone. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command, Figure } from '../../commands/lib/command.ts';
import { isUpload, type RawOptions, type UploadKind } from '../../commands/lib/options.ts';
import { parseWords, type TakesWord } from '../../commands/lib/parse-text.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { seedOf, UserError } from '../../gpu/jobs/index.ts';
import { type BackendConnection, connectBackend } from '../backend-connection.ts';
import type { Config } from '../base/config.ts';
import { contentOf, readToEnd, STANDARD_INPUT } from '../base/given-file.ts';
import type { Log } from '../base/log.ts';
import { printable, printableJson } from '../base/printable.ts';
import type { Outcome } from '../desk/desk.ts';
import { isWebAddress } from '../uploads/incoming.ts';
import { ingest } from '../uploads/ingest.ts';
import { MAX_UPLOAD_BYTES } from '../uploads/limits.ts';
import { namedByPrompt } from './file-names.ts';
import { drawsPictures } from './help.ts';
import { type Target, targetOf, writeOutputs } from './output.ts';
import type { OwnOptions } from './own-options.ts';
import { progressOn } from './progress.ts';
import type { Streams } from './streams.ts';

export interface Surroundings {
	readonly config: Config;
	readonly streams: Streams;
	/** Says on stderr what went wrong, or what is to be known. */
	readonly complain: (text: string) => void;
	/** Of files for the user. */
	readonly umask: number;
}

/** @returns the exit status, see runCommandLine. @throws {UserError} for what is wrong with the words, or --out */
export async function perform(
	command: Command,
	words: readonly string[],
	own: OwnOptions,
	{ config, streams, complain, umask }: Surroundings,
): Promise<number> {
	const { stdin, stdout, stderr } = streams;
	const started = performance.now();
	const values = parseWords(command, words, isPath);
	const closed = process.umask(umask);
	const writes = drawsPictures(command);
	const target = await targetOf(own, { writes, terminal: stdout.isTTY === true }).finally(() => process.umask(closed));
	const warnings: string[] = [];
	const log = process.env.LOG_LEVEL ? undefined : quietLog(warnings);
	const backend = await connectBackend(config, { alone: own.alone, log, warn: complain });
	const onInterrupt = () => {
		const run = backend.training();
		void backend.close().finally(() => {
			if (run) complain(`What ${run} learned is kept; mnist train --run ${run} resumes it.`);
			process.exit(130);
		});
	};
	process.once('SIGINT', onInterrupt);
	try {
		const options = await loadFiles(backend, command, values, stdin);
		const outcome = await backend.open(command.name, options, progressOn(stderr, own.quiet));
		if (outcome.view.state !== 'done') {
			const ours = outcome.fault === 'internal';
			complain([outcome.view.text, ...(ours ? warnings : [])].join('\n'));
			return ours ? 1 : 2;
		}
		process.umask(umask);
		if (target.kind === 'stdout') await sendOut(outcome, streams, own.quiet);
		else {
			const seconds = (performance.now() - started) / 1000;
			stdout.write(`${printable(await report(outcome, target, own.json, seconds))}\n`);
		}
		return 0;
	} finally {
		process.off('SIGINT', onInterrupt);
		await backend.close();
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
const isPath: TakesWord = ({ kind }, word) => kind === 'image' || word === STANDARD_INPUT || existsSync(word);

/** Replaces the paths that are given in the place of files by stored uploads. */
async function loadFiles(
	{ blobs }: BackendConnection,
	command: Command,
	values: Record<string, string>,
	stdin: Streams['stdin'],
): Promise<RawOptions> {
	const loaded: Record<string, RawOptions[string]> = { ...values };
	let sent: Promise<Uint8Array> | undefined;
	for (const [name, path] of Object.entries(values)) {
		const spec = command.options[name];
		// The desk fetches what has a web address.
		if (!isUpload(spec) || (spec.kind === 'image' && isWebAddress(path))) continue;
		if (path === STANDARD_INPUT) {
			sent ??= readInput(stdin, name, spec.kind);
			loaded[name] = await ingest(spec.kind, blobs, await sent, 'stdin');
			continue;
		}
		const bytes = await contentOf(path).catch(() => {
			throw new UserError(`${name} "${shorten(path, 80)}" cannot be read; give the path of ${WANTED[spec.kind]}.`);
		});
		loaded[name] = await ingest(spec.kind, blobs, bytes, basename(path));
	}
	return loaded;
}

const WANTED: Readonly<Record<UploadKind, string>> = {
	image: 'a picture file, or its https address',
	embeddings: 'a file of embeddings',
};

async function readInput(stdin: Streams['stdin'], name: string, kind: UploadKind): Promise<Uint8Array> {
	if (!stdin.isTTY) return readToEnd(stdin, MAX_UPLOAD_BYTES);
	throw new UserError(
		`${name} - reads standard input, which is a terminal here; give the path of ${WANTED[kind]}, or pipe one in, as in: cat FILE | flipside …`,
	);
}

/** Writes the pictures. @returns what is said of them on stdout */
async function report(
	{ view, record, originals }: Outcome,
	target: Exclude<Target, { kind: 'stdout' }>,
	json: boolean,
	seconds: number,
): Promise<string> {
	const job = record?.job ?? null;
	const named = (figures: readonly Figure[]) =>
		figures.map((figure) => ({ ...figure, filename: namedByPrompt(figure.filename, record?.job) }));
	const singles = named((await originals?.()) ?? []);
	const [main, ...others] = named(view.figures);
	const figures = main ? [main, ...singles, ...others] : [];
	const outputs = [...figures, ...(view.attachments ?? [])];
	const paths = await writeOutputs(target, outputs);
	const pictures = figures.map(({ width, height, alt }, i) => ({ path: paths[i], width, height, alt }));
	// A sheet is told after the pictures that it shows.
	const images = [...pictures.splice(1, singles.length), ...pictures];
	const files = paths.slice(figures.length);
	if (!json) return [view.text, ...images.map(({ path }) => path), ...files].join('\n');
	const seed = (record?.job && seedOf(record.job)) ?? null;
	const rounded = Math.round(seconds * 1000) / 1000;
	const answer = { command: record?.command, seed, images, text: view.text, seconds: rounded, job };
	return printableJson(files.length > 0 ? { ...answer, files } : answer);
}

/** The picture alone on stdout, the sheet where there are several, and what is said of it on stderr. */
async function sendOut({ view }: Outcome, { stdout, stderr }: Streams, quiet: boolean): Promise<void> {
	const [file] = [...view.figures, ...(view.attachments ?? [])];
	const said = `${printable(view.text)}\n`;
	if (!file) {
		stdout.write(said);
		return;
	}
	if (!quiet) stderr.write(said);
	await new Promise<void>((written) => stdout.write(file.bytes, written));
}
