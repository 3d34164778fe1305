/** The console's names and its part of the configuration. */
import * as z from 'zod';
import { type Settings, wholeNumber } from '../../base/setting.ts';

/** Must never change, because messages are stored under it. */
export const NAME = 'console';
export const TITLE = 'the local console';

/** Reachable only from this machine. */
export const ADDRESS = '127.0.0.1';

/** The form of a token, whether the bot drew it or the operator chose it. */
export const TOKEN = /^[\w-]{16,128}$/;

export const settings = {
	CONSOLE_PORT: wholeNumber(0, 65_535, 7860, 'the port of the local console, 0 = any free port').describe(
		`The local console's port on ${ADDRESS}; 0 = any free port. Default 7860`,
	),
	CONSOLE_TOKEN: z
		.string()
		.refine((text) => text === 'off' || TOKEN.test(text), {
			error: 'must be 16 to 128 letters, digits, - and _, or off (default: drawn by the bot and kept in DATA_DIR)',
		})
		.optional()
		.describe(
			"The secret in the console's address, which keeps other accounts on this machine out. off = every account can use the\nconsole as staff. Default: drawn once and kept in DATA_DIR",
		),
} satisfies Settings;

export interface ConsoleConfig {
	/** 0 = any free port. */
	readonly port: number;
	/** "off" if none is needed; undefined for the one kept in the data directory. */
	readonly token: string | undefined;
}

export const readConfig = ({
	CONSOLE_PORT: port,
	CONSOLE_TOKEN: token,
}: z.output<z.ZodObject<typeof settings>>): ConsoleConfig => ({ port, token });
