/** Why a port cannot be opened, in a sentence for the operator. */
import { ConfigError } from './config.ts';

/**
 * @param variable the setting that names the port
 * @returns the same error if it is about something else
 */
export function portProblem(variable: string, port: number, error: NodeJS.ErrnoException): Error {
	if (error.code === 'EADDRINUSE') {
		return new ConfigError(
			`${variable} ${port} is in use by another program; set ${variable} to a free port, or to 0 for any.`,
		);
	}
	if (error.code === 'EACCES') {
		return new ConfigError(`${variable} ${port} may not be opened by this user; set ${variable} to 1024 or more.`);
	}
	return error;
}
