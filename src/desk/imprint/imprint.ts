/**
 * What a PNG says about how it was made: everything needed to make it again, and nothing about people, since everybody who gets the
 * picture can read it.
 */
import * as z from 'zod';
import { isUpload, type OptionSpec } from '../../../commands/lib/options.ts';

/** Of our own JSON. */
export const IMPRINT_KEYWORD = 'flipside';

/** Of the text that Stable Diffusion web UI (AUTOMATIC1111) and many other programs write and read. */
export const A1111_KEYWORD = 'parameters';

export const imprintSchema = z.object({
	command: z.string().max(66),
	/** As given, with the seed that was drawn. */
	options: z.record(z.string(), z.union([z.string(), z.number()])),
	/** Options that were given files; the files themselves are not named. */
	files: z.array(z.string().max(32)).max(8).optional(),
	/** Makes this picture alone, where the request made several. */
	seed: z.number().optional(),
	model: z.string().optional(),
	/** Of Flipside. */
	version: z.string().max(32),
});

export type Imprint = z.infer<typeof imprintSchema>;

/** Whether an option may stand in a picture: files have names that people gave them, and some options name people. */
export const mayBeTold = (spec: OptionSpec): boolean =>
	!isUpload(spec) && spec.kind !== 'user' && !(spec.kind === 'text' && spec.roles === true);
