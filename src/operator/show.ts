/** `show`: says how a picture was made, from the text in its file. */
import { basename } from 'node:path';
import type { Command } from '../../commands/lib/command.ts';
import { requestLine } from '../../commands/lib/request-line.ts';
import { printableJson } from '../base/printable.ts';
import type { Imprint } from '../desk/imprint/imprint.ts';
import { type PictureText, readPictureText } from '../desk/imprint/read.ts';

/**
 * @param file the picture's path, for messages
 * @returns the text to print
 * @throws {UserError} if the picture does not say how it was made
 */
export function showPicture(bytes: Uint8Array, file: string, commands: readonly Command[], json: boolean): string {
	const text = readPictureText(bytes, basename(file));
	if (json) {
		const { imprint, parameters } = text;
		return printableJson({ file, ...imprint, ...(parameters !== undefined && { parameters }) });
	}
	return describe(text, basename(file), commands);
}

function describe({ imprint, parameters }: PictureText, name: string, commands: readonly Command[]): string {
	if (!imprint) return `${name} was not made by Flipside. The program that made it says:\n${parameters}`;
	const { seed, model, version, files = [] } = imprint;
	return [
		`${name} was made by Flipside ${version}.`,
		`Request: ${lineOf(imprint, commands)}`,
		...(seed === undefined ? [] : [`Seed of this picture: ${seed}`]),
		...(model === undefined ? [] : [`Model: ${model}`]),
		...(files.length > 0 ? [`Files needed: ${files.join(', ')}`] : []),
	].join('\n');
}

/** The request as a person would type it, with the names of options in place of the files. */
function lineOf({ command, options, files = [] }: Imprint, commands: readonly Command[]): string {
	const unnamed = files.map((option) => [option, { blob: '', name: option.toUpperCase() }]);
	return requestLine(commands, command, { ...options, ...Object.fromEntries(unnamed) });
}
