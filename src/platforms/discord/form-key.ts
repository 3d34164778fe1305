/**
 * Encodes what a form is about in its custom_id, which Discord returns when the form is submitted. So we need not remember
 * anything, and a form opened before a restart can be submitted after it.
 */
import type { Upload } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { blobRef } from '../../../gpu/jobs/index.ts';

export type FormKey =
	/** The form that a press on this button opens. */
	| { readonly by: 'button'; readonly button: string }
	/** A command's form with the picture as its first image option. */
	| { readonly by: 'picture'; readonly command: string; readonly picture: Upload };

/** The longest custom_id, in characters. */
const MAX_KEY = 100;

export function writeFormKey(key: FormKey): string {
	if (key.by === 'button') return `form:${key.button}`;
	const start = `form:${key.command}:${key.picture.blob}:`;
	return start + shorten(key.picture.name, MAX_KEY - start.length);
}

/** Undefined for any other custom_id. */
export function readFormKey(customId: string): FormKey | undefined {
	const [, key] = /^form:(.+)$/s.exec(customId) ?? [];
	if (key === undefined) return undefined;
	if (key.startsWith('v1:')) return { by: 'button', button: key };
	const [, command, ref, name] = /^([^:]+):([^:]+):(.*)$/s.exec(key) ?? [];
	const blob = blobRef.safeParse(ref);
	return blob.success ? { by: 'picture', command, picture: { blob: blob.data, name } } : undefined;
}
