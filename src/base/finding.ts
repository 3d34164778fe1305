/** One line of `doctor`'s output. */
export interface Finding {
	/** What was checked. */
	readonly name: string;
	/** `warn`: the bot works, but something is missing. */
	readonly status: 'ok' | 'warn' | 'fail';
	/** What was found, and the remedy if one is needed. */
	readonly text: string;
}

export const ok = (name: string, text: string): Finding => ({ name, status: 'ok', text });
export const warn = (name: string, text: string): Finding => ({ name, status: 'warn', text });
export const fail = (name: string, text: string): Finding => ({ name, status: 'fail', text });

/** A finding as one line of text. */
export const line = ({ name, status, text }: Finding): string => `${status.padEnd(4)}  ${name}: ${text}`;
