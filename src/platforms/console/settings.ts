/** The console's names and its part of the configuration. */
import type { z } from 'zod';
import { type Settings, wholeNumber } from '../../base/config.ts';

/** Never changed: messages are stored under it. */
export const NAME = 'console';
export const TITLE = 'the local console';

/** Only this machine: the console has no login. */
export const ADDRESS = '127.0.0.1';

export const settings = {
	CONSOLE_PORT: wholeNumber(0, 65_535, 7860, 'the port of the local console, 0 = any free one').describe(
		`The local console's port on ${ADDRESS}; 0 = any free one. Default 7860`,
	),
} satisfies Settings;

export interface ConsoleConfig {
	/** 0 = any free one. */
	readonly port: number;
}

export const readConfig = ({ CONSOLE_PORT: port }: z.output<z.ZodObject<typeof settings>>): ConsoleConfig => ({ port });
