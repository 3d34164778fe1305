/**
 * What a form is about, as its custom_id: Discord keeps it for us while the form is open, and hands it back with what was
 * filled in. So nothing has to be remembered, and a form that was opened before a restart can be sent after it.
 */
import type { Upload } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { blobRef } from '../../../gpu/jobs/index.ts';

export type FormKey =
	/** The form that a press on this button leads to. */
	| { readonly by: 'button'; readonly button: string }
	/** The form of a command for a picture, of which its first image option is the picture. */
	| { readonly by: 'picture'; readonly command: string; readonly picture: Upload };

/** Of a custom_id. */
const MAX_KEY = 100;

export function writeFormKey(key: FormKey): string {
	if (key.by === 'button') return `form:${key.button}`;
	const start = `form:${key.command}:${key.picture.blob}:`;
	return start + shorten(key.picture.name, MAX_KEY - start.length);
}

/** Undefined for every other custom_id. */
export function readFormKey(customId: string): FormKey | undefined {
	const [, key] = /^form:(.+)$/s.exec(customId) ?? [];
	if (key === undefined) return undefined;
	if (key.startsWith('v1:')) return { by: 'button', button: key };
	const [, command, ref, name] = /^([^:]+):([^:]+):(.*)$/s.exec(key) ?? [];
	const blob = blobRef.safeParse(ref);
	return blob.success ? { by: 'picture', command, picture: { blob: blob.data, name } } : undefined;
}
