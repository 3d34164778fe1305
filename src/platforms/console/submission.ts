/**
 * Reads what the page posts. Either a typed line and its attachments (`line`, `attachment`…), or a filled form
 * (`command`, and `option.<name>` for every option). Pictures are files in both.
 */
import type { Command } from '../../../commands/lib/command.ts';
import { splitCommand } from '../../../commands/lib/find-command.ts';
import type { RawOptions, RawValue } from '../../../commands/lib/options.ts';
import { parseWords, splitWords } from '../../../commands/lib/parse-text.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { optionsForPictures } from '../../chat/picture-options.ts';
import { ingest } from '../../uploads/ingest.ts';

/** The command that plain text without a slash means. */
export const PLAIN_COMMAND = 'generate';

interface Asked {
	readonly command: string;
	readonly options: RawOptions;
}

/** @throws {UserError} when the line cannot be read, or a picture is none or no option takes it */
export async function readForm(form: FormData, commands: readonly Command[], blobs: BlobStore): Promise<Asked> {
	const line = form.get('line');
	if (typeof line === 'string') {
		const files = form.getAll('attachment').filter((value) => typeof value !== 'string');
		return readLine(line, files, commands, blobs);
	}
	const command = form.get('command');
	if (typeof command !== 'string') throw new UserError('The form names no command; reload the page.');
	const options: Record<string, RawValue> = {};
	for (const [field, value] of form) {
		if (!field.startsWith('option.')) continue;
		options[field.slice('option.'.length)] = typeof value === 'string' ? value : await store(blobs, value);
	}
	return { command, options };
}

async function readLine(
	line: string,
	files: readonly File[],
	commands: readonly Command[],
	blobs: BlobStore,
): Promise<Asked> {
	const all = splitWords(line);
	const slashed = all[0]?.startsWith('/') === true;
	const { name, rest } = slashed ? splitCommand(commands, all) : { name: PLAIN_COMMAND, rest: all };
	const command = commands.find((candidate) => candidate.name === name);
	// The desk refuses an unknown command in its own words.
	if (!command) return { command: name, options: {} };
	const names = files.map((file) => file.name);
	const words = rest.filter((word) => !names.includes(word));
	const taken = optionsForPictures(command, files.length, commands);
	const free = Object.entries(command.options).filter(([option]) => !taken.includes(option));
	const values = parseWords({ ...command, options: Object.fromEntries(free) }, words);
	const pictures = await Promise.all(taken.map(async (option, i) => [option, await store(blobs, files[i])] as const));
	return { command: name, options: { ...values, ...Object.fromEntries(pictures) } };
}

const store = async (blobs: BlobStore, file: File) =>
	ingest(blobs, new Uint8Array(await file.arrayBuffer()), file.name);
