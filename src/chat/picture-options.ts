/** Which options the pictures of a typed message are for. */
import type { Command } from '../../commands/lib/command.ts';
import { UserError } from '../../gpu/jobs/index.ts';

/**
 * @param count how many pictures came along
 * @param commands the registry, for what to do with pictures that no option takes
 * @returns the names of as many options, in the order of the specs
 * @throws {UserError} when the command takes fewer
 */
export function optionsForPictures(command: Command, count: number, commands: readonly Command[]): readonly string[] {
	const takers = Object.keys(command.options).filter((option) => command.options[option].kind === 'image');
	if (count > takers.length) throw new UserError(tooMany(command, takers.length, commands));
	return takers.slice(0, count);
}

function tooMany(command: Command, limit: number, commands: readonly Command[]): string {
	if (limit > 0) return `/${command.name} takes ${limit} picture${limit === 1 ? '' : 's'}; remove the others.`;
	const others = commands.filter(({ options }) => Object.values(options).some(({ kind }) => kind === 'image'));
	const instead = others.map(({ name }) => `/${name}`).join(', ');
	return `/${command.name} takes no picture; remove the attachment${instead && `, or use one of ${instead}`}.`;
}
