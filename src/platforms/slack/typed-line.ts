/** What to type on Slack: "/flipside generate a dog --seed 5", or "/if-generate a dog --seed 5" where commands have a prefix. */
import { requestLine } from '../../../commands/lib/request-line.ts';
import type { Syntax } from '../../../commands/lib/wording.ts';
import { MAIN_COMMAND } from './slash-commands.ts';

export function typedLine(prefix: string | undefined): Syntax {
	const start = prefix === undefined ? `${MAIN_COMMAND} ` : `/${prefix}`;
	return (...request) => start + requestLine(...request).slice(1);
}
