/** Typed lines on Slack. */
import { requestLine } from '../../../commands/lib/request-line.ts';
import type { Syntax } from '../../../commands/lib/wording.ts';
import { MAIN_COMMAND } from '../../chat/typed-request.ts';

/** "/flipside generate a dog --seed 5", or "/if-generate a dog --seed 5" if commands have a prefix. */
export function typedLine(prefix: string | undefined): Syntax {
	const start = prefix === undefined ? `${MAIN_COMMAND} ` : `/${prefix}`;
	return (...request) => start + requestLine(...request).slice(1);
}

/**
 * "@Flipside /generate a dog --seed 5", for threads, where Slack accepts no slash commands. The slash distinguishes commands from
 * prompts that start with the same word, such as "queue".
 */
export const mentioningLine: Syntax = (...request) => `@Flipside ${requestLine(...request)}`;
