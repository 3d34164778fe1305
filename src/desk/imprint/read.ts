/** Reads what a picture says of how it was made. Anybody may have written it. */
import type { Command } from '../../../commands/lib/command.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { checkEarly } from '../../../commands/lib/parse-options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { readPngText } from '../../base/read-png-text.ts';
import { A1111_KEYWORD, IMPRINT_KEYWORD, type Imprint, imprintSchema, mayBeTold } from './imprint.ts';

export interface PictureText {
	/** Absent where Flipside did not make it. */
	readonly imprint?: Imprint;
	/** What A1111, or a program that writes as it does, says; of our own pictures the same as the imprint. */
	readonly parameters?: string;
}

/**
 * @param bytes of any file
 * @param name of the file, for messages
 * @throws {UserError} when it does not say how it was made, or the text is damaged
 */
export function readPictureText(bytes: Uint8Array, name: string): PictureText {
	const texts = readPngText(bytes);
	const parameters = texts.get(A1111_KEYWORD);
	const own = texts.get(IMPRINT_KEYWORD);
	if (own === undefined && parameters === undefined) {
		throw new UserError(
			`${name} does not say how it was made. Only original PNG files do; screenshots, JPEGs and pictures that a chat has shrunk do not.`,
		);
	}
	const imprint = own === undefined ? undefined : parseImprint(own);
	if (own !== undefined && !imprint) {
		throw new UserError(`The text in ${name} that says how it was made is damaged; use the original file.`);
	}
	return { ...(imprint && { imprint }), ...(parameters !== undefined && { parameters }) };
}

function parseImprint(text: string): Imprint | undefined {
	try {
		return imprintSchema.parse(JSON.parse(text));
	} catch {
		return undefined;
	}
}

/** A request that has not been sent: what a form is filled in with. */
export interface FilledForm {
	readonly command: string;
	readonly options: RawOptions;
	/** Options that still need a file. */
	readonly files: readonly string[];
}

/**
 * What makes a picture again.
 *
 * @param commands that may be asked for there
 * @throws {UserError} as readPictureText, and when that is no request that can be made here
 */
export function formOfPicture(bytes: Uint8Array, name: string, commands: readonly Command[]): FilledForm {
	const { imprint } = readPictureText(bytes, name);
	if (!imprint) throw new UserError(`${name} was not made by Flipside, so there is no form to open for it.`);
	const { command: called, options, files: given = [] } = imprint;
	try {
		const command = findCommand(commands, called);
		const untold = Object.keys(options).find(
			(option) => Object.hasOwn(command.options, option) && !mayBeTold(command.options[option]),
		);
		if (untold) throw new UserError(`${untold} cannot come from a picture.`);
		const files = given.filter((option) => Object.hasOwn(command.options, option));
		// A file that will be given stands for one that was.
		const placeholders = files.map((option) => [option, { blob: '', name: option }]);
		checkEarly(command.name, command.options, { ...options, ...Object.fromEntries(placeholders) });
		return { command: command.name, options, files };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		throw new UserError(`The request that made ${name} cannot be made here: ${error.message}`);
	}
}
