/**
 * Reads the requests that the page posts: a typed line with its attachments (`line`, `attachment`…), or a filled-in form
 * (`command`, and `option.<name>` for every option).
 */
import type { Command } from '../../../commands/lib/command.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { readTyped } from '../../chat/typed-request.ts';
import type { Request } from '../../desk/request.ts';
import type { Incoming } from '../../uploads/incoming.ts';

export type Asked = Pick<Request, 'command' | 'options' | 'files'>;

/** @throws {UserError} if the line cannot be read, or a file fits no option */
export function readForm(form: FormData, commands: readonly Command[]): Asked {
	const line = form.get('line');
	if (typeof line === 'string') {
		const files = form.getAll('attachment').filter((value) => typeof value !== 'string');
		return readLine(line, files, commands);
	}
	const command = form.get('command');
	if (typeof command !== 'string') throw new UserError('The form names no command; reload the page.');
	const options: Record<string, string> = {};
	const files: Record<string, Incoming> = {};
	for (const [field, value] of form) {
		if (!field.startsWith('option.')) continue;
		const name = field.slice('option.'.length);
		if (typeof value === 'string') options[name] = value;
		else files[name] = incoming(value);
	}
	for (const [name, { required }] of Object.entries(commands.find((each) => each.name === command)?.options ?? {})) {
		// The page leaves out the options that are empty.
		if (required && !(name in files)) options[name] ??= '';
	}
	return { command, options, files };
}

function readLine(line: string, files: readonly File[], commands: readonly Command[]): Asked {
	const names = files.map((file) => file.name);
	const { command, values, fileOptions } = readTyped(commands, line, { files: names });
	const coming = fileOptions.map((option, i) => [option, incoming(files[i])]);
	return { command, options: values, files: Object.fromEntries(coming) };
}

const incoming = (file: File): Incoming => ({
	name: file.name,
	held: file.size,
	fetch: async () => ({ bytes: new Uint8Array(await file.arrayBuffer()), name: file.name }),
});
