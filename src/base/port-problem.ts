/** Why a port cannot be opened, in a sentence for the operator. */
import { ConfigError } from './config.ts';

export interface ListeningPort {
	/** The variable that sets it. */
	readonly variable: string;
	/** 0 = any free port. */
	readonly port: number;
	/** Absent if it listens on all interfaces. */
	readonly host?: string;
	/** The variable that sets the host, if one does. */
	readonly hostVariable?: string;
	/** Others have to know the port, so it cannot be any free one. */
	readonly isFixed?: boolean;
}

/** The codes of errors that are about the host: it has no address, or one of another machine or kind. */
const NOT_HERE = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_(?!AGAIN)[A-Z]+)$/;

/**
 * @param error what `listen` failed with
 * @returns the same error if it is about something else, such as too many open files
 */
export function portProblem(
	{ variable, port, host, hostVariable, isFixed }: ListeningPort,
	error: NodeJS.ErrnoException,
): Error {
	const { code = '' } = error;
	if (hostVariable && NOT_HERE.test(code)) {
		return new ConfigError(
			`${hostVariable} ${host} is no address of this machine; set it to 127.0.0.1, or to 0.0.0.0 for all its addresses.`,
		);
	}
	if (code === 'EACCES') {
		return new ConfigError(`${variable} ${port} may not be opened by this user; set ${variable} to 1024 or more.`);
	}
	if (code === 'EADDRINUSE') {
		const free = isFixed ? 'a free port' : 'a free port, or to 0 for any';
		return new ConfigError(`${variable} ${port} is in use by another program; set ${variable} to ${free}.`);
	}
	return error;
}
