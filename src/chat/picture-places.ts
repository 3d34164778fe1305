/** Which options the pictures of a typed message are for. */
import type { Command } from '../../commands/lib/command.ts';
import { UserError } from '../../gpu/jobs/index.ts';

/**
 * @param count how many pictures came along
 * @param commands the registry, for what to do with a picture that has no place
 * @returns the names of as many options, in the order of the specs
 * @throws {UserError} when the command takes fewer
 */
export function picturePlaces(command: Command, count: number, commands: readonly Command[]): readonly string[] {
	const places = Object.keys(command.options).filter((option) => command.options[option].kind === 'image');
	if (count > places.length) throw new UserError(tooMany(command, places.length, commands));
	return places.slice(0, count);
}

function tooMany(command: Command, places: number, commands: readonly Command[]): string {
	if (places > 0) return `/${command.name} takes ${places} picture${places === 1 ? '' : 's'}; remove the others.`;
	const takers = commands.filter(({ options }) => Object.values(options).some(({ kind }) => kind === 'image'));
	const instead = takers.map(({ name }) => `/${name}`).join(', ');
	return `/${command.name} takes no picture; remove the attachment${instead && `, or use one of ${instead}`}.`;
}
