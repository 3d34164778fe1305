/**
 * Reads what the page posts. Either a typed line and its attachments (`line`, `attachment`…), or a filled form
 * (`command`, and `option.<name>` for every option). What people send as a file is one in both.
 */
import type { Command } from '../../../commands/lib/command.ts';
import { splitCommand } from '../../../commands/lib/find-command.ts';
import { isUpload, type OptionSpec, type RawOptions, type RawValue } from '../../../commands/lib/options.ts';
import { parseWords, splitWords } from '../../../commands/lib/parse-text.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { takesAddress, uploadPlaces } from '../../chat/upload-places.ts';
import { ingest } from '../../uploads/ingest.ts';

/** The command that plain text without a slash means. */
export const PLAIN_COMMAND = 'generate';

interface Asked {
	readonly command: string;
	readonly options: RawOptions;
}

/** @throws {UserError} when the line cannot be read, or a file has no place or is not what its option takes */
export async function readForm(form: FormData, commands: readonly Command[], blobs: BlobStore): Promise<Asked> {
	const line = form.get('line');
	if (typeof line === 'string') {
		const files = form.getAll('attachment').filter((value) => typeof value !== 'string');
		return readLine(line, files, commands, blobs);
	}
	const command = form.get('command');
	if (typeof command !== 'string') throw new UserError('The form names no command; reload the page.');
	const specs = commands.find(({ name }) => name === command)?.options ?? {};
	const options: Record<string, RawValue> = {};
	for (const [field, value] of form) {
		if (!field.startsWith('option.')) continue;
		const name = field.slice('option.'.length);
		options[name] = typeof value === 'string' ? value : await store(blobs, specs[name], value);
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
	const taken = uploadPlaces(command, names, commands);
	const free = Object.entries(command.options).filter(([option]) => !taken.includes(option));
	const values = parseWords({ ...command, options: Object.fromEntries(free) }, words, takesAddress);
	const uploads = taken.map(async (place, i) => [place, await store(blobs, command.options[place], files[i])] as const);
	return { command: name, options: { ...values, ...Object.fromEntries(await Promise.all(uploads)) } };
}

const store = async (blobs: BlobStore, spec: OptionSpec | undefined, file: File) =>
	ingest(isUpload(spec) ? spec.kind : 'image', blobs, new Uint8Array(await file.arrayBuffer()), file.name);
