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
}

/** The codes of errors that are about the host: it has no address, or one of another machine or kind. */
const NOT_HERE = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_[A-Z]+)$/;

/** @param error what `listen` failed with */
export function portProblem({ variable, port, host, hostVariable }: ListeningPort, error: unknown): ConfigError {
	const { code = String(error) } = error as NodeJS.ErrnoException;
	if (hostVariable && NOT_HERE.test(code)) {
		return new ConfigError(
			`${hostVariable} ${host} is no address of this machine; set it to 127.0.0.1, or to 0.0.0.0 for all its addresses.`,
		);
	}
	if (code === 'EACCES') {
		return new ConfigError(`${variable} ${port} may not be opened by this user; set ${variable} to 1024 or more.`);
	}
	const what = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${code})`;
	return new ConfigError(`${variable} ${port} ${what}; set ${variable} to a free port, or to 0 for any.`);
}
