/** Explains why a service refuses the configuration. */
import { ConfigError } from './config.ts';

/** An error's message in one line. When every address of a host fails, the error has a code and no message. */
export function reason(error: unknown): string {
	const { message, code } = error as { message?: string; code?: string };
	return (message || code || 'for an unknown reason').split('\n')[0];
}

/** A ConfigError gives the service's reason for refusing; any other error means that it could not be reached. */
export function explainRefusal(service: string, error: unknown): string {
	if (error instanceof ConfigError) return error.problems.join(' ');
	return `${service} cannot be reached (${reason(error)}); check the network, or a proxy on the way.`;
}
