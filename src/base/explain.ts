/** What to say where a service does not take what is configured. */
import { ConfigError } from './config.ts';

/** What an error says, in one line. When every address of a host fails, it has a code and no message. */
export function reason(error: unknown): string {
	const { message, code } = error as { message?: string; code?: string };
	return (message || code || 'for an unknown reason').split('\n')[0];
}

/** A service that refuses us has said why; one that cannot be reached has not. */
export function explainRefusal(service: string, error: unknown): string {
	if (error instanceof ConfigError) return error.problems.join(' ');
	return `${service} cannot be reached (${reason(error)}); check the network, or a proxy on the way.`;
}
