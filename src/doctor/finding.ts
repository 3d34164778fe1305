import { ConfigError } from '../config.ts';

/** One line of what `doctor` says. */
export interface Finding {
	/** What was looked at. */
	readonly name: string;
	/** `warn`: the bot works, and somebody will miss something. */
	readonly status: 'ok' | 'warn' | 'fail';
	/** What was found; what to do about it, where there is something to do. */
	readonly text: string;
}

export const ok = (name: string, text: string): Finding => ({ name, status: 'ok', text });
export const warn = (name: string, text: string): Finding => ({ name, status: 'warn', text });
export const fail = (name: string, text: string): Finding => ({ name, status: 'fail', text });

/** What an error says in one line. When every address of a host fails, it has a code and no message. */
export function reason(error: unknown): string {
	const { message, code } = error as { message?: string; code?: string };
	return (message || code || 'for an unknown reason').split('\n')[0];
}

/** A service that refuses us has said why; one that cannot be reached has not. */
export function failure(name: string, service: string, error: unknown): Finding {
	if (error instanceof ConfigError) return fail(name, error.problems.join(' '));
	return fail(name, `${service} cannot be reached (${reason(error)}); check the network, or a proxy on the way.`);
}
