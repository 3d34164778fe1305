/** Reading what may be anything: whoever reaches the broker can write there. */
import type { ZodError } from 'zod';

/** Undefined if it is none, which JSON never says. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** For the log: "files.0.path is not as it should be". */
export const misfit = ({ issues: [issue] }: ZodError) => `${issue.path.join('.') || 'it'} is not as it should be`;
