/** Decides which options the files of a typed message are for. */
import type { Command } from '../../commands/lib/command.ts';
import { isUpload, type UploadKind } from '../../commands/lib/options.ts';
import type { TakesWord } from '../../commands/lib/parse-text.ts';
import { UPLOAD_WORDS, uploadKindOf } from '../../commands/lib/upload-kinds.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { isWebAddress } from '../uploads/incoming.ts';

/** In a chat nobody can type a file, only a picture's address, so other bare words are for the other options. */
export const takesAddress: TakesWord = ({ kind }, word) => kind === 'image' && isWebAddress(word);

/**
 * @param names the attachments' names
 * @param commands the registry, to suggest commands that accept a file that has no place here
 * @returns the name of an option for each file, in the same order; files of one kind fill options in the order of the specs
 * @throws {UserError} when the command accepts fewer
 */
export function uploadPlaces(
	command: Command,
	names: readonly string[],
	commands: readonly Command[],
): readonly string[] {
	const taken: string[] = [];
	for (const name of names) {
		const kind = uploadKindOf(name);
		const places = placesFor(kind, command);
		const place = places.find((option) => !taken.includes(option));
		if (place === undefined) throw new UserError(tooMany(command, kind, places.length, commands));
		taken.push(place);
	}
	return taken;
}

const placesFor = (kind: UploadKind, { options }: Command) =>
	Object.keys(options).filter((option) => isUpload(options[option]) && options[option].kind === kind);

function tooMany(command: Command, kind: UploadKind, places: number, commands: readonly Command[]): string {
	const { one, several } = UPLOAD_WORDS[kind];
	if (places > 0) return `/${command.name} takes ${places} ${places === 1 ? one : several}; remove the others.`;
	const takers = commands.filter((other) => placesFor(kind, other).length > 0);
	const instead = takers.map(({ name }) => `/${name}`).join(', ');
	return `/${command.name} takes no ${one}; remove the attachment${instead && `, or use ${takers.length === 1 ? '' : 'one of '}${instead}`}.`;
}
