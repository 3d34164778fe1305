/** Finds the picture that a button is about. */
import { UserError } from '../../gpu/jobs/index.ts';

/** The picture at a button's index. Throws a UserError when there is none, as an index can be made up. */
export function pictureAt<T>(pictures: readonly T[], index: number): T {
	const picture = pictures[index];
	if (!picture) throw new UserError(`There is no picture ${index + 1}; press a button below the message.`);
	return picture;
}
