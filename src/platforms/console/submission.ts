/**
 * Reads what the page posts. Either a typed line and its attachments (`line`, `attachment`…), or a filled form
 * (`command`, and `option.<name>` for every option). What people send as a file is one in both.
 */
import type { Command } from '../../../commands/lib/command.ts';
import { isUpload, type OptionSpec, type RawOptions, type RawValue } from '../../../commands/lib/options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { readTyped } from '../../chat/typed-request.ts';
import { ingest } from '../../uploads/ingest.ts';

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
	const { command: name, values, fileOptions } = readTyped(commands, line, { files: files.map((file) => file.name) });
	const command = commands.find((candidate) => candidate.name === name);
	const place = async (option: string, i: number) =>
		[option, await store(blobs, command?.options[option], files[i])] as const;
	const uploads = await Promise.all(fileOptions.map(place));
	return { command: name, options: { ...values, ...Object.fromEntries(uploads) } };
}

const store = async (blobs: BlobStore, spec: OptionSpec | undefined, file: File) =>
	ingest(isUpload(spec) ? spec.kind : 'image', blobs, new Uint8Array(await file.arrayBuffer()), file.name);
