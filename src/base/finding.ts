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
