/** The console's names and its part of the configuration. */
import { z } from 'zod';
import { type Settings, wholeNumber } from '../../base/config.ts';

/** Never changed: messages are stored under it. */
export const NAME = 'console';
export const TITLE = 'the local console';

/** Only this machine: whoever uses the console is staff. */
export const ADDRESS = '127.0.0.1';

/** What a token looks like, drawn or the operator's own. */
export const TOKEN = /^[\w-]{16,128}$/;

export const settings = {
	CONSOLE_PORT: wholeNumber(0, 65_535, 7860, 'the port of the local console, 0 = any free one').describe(
		`The local console's port on ${ADDRESS}; 0 = any free one. Default 7860`,
	),
	CONSOLE_TOKEN: z
		.string()
		.refine((text) => text === 'off' || TOKEN.test(text), {
			error: 'must be 16 to 128 letters, digits, - and _, or off (default: drawn by the bot, and kept in DATA_DIR)',
		})
		.optional()
		.describe(
			"The secret in the console's address, which keeps other accounts of this machine out. off = every account may use the\nconsole, as staff. Default: drawn once, and kept in DATA_DIR",
		),
} satisfies Settings;

export interface ConsoleConfig {
	/** 0 = any free one. */
	readonly port: number;
	/** "off": nobody is asked for one; absent: that of the data directory. */
	readonly token: string | undefined;
}

export const readConfig = ({
	CONSOLE_PORT: port,
	CONSOLE_TOKEN: token,
}: z.output<z.ZodObject<typeof settings>>): ConsoleConfig => ({ port, token });
