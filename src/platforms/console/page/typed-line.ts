/** A request as a typed line, with its command set apart. */
import { h } from './dom.ts';

export function typedLine(line: string): (HTMLElement | string)[] {
	const [command, ...rest] = line.split(' ');
	return [h('b', { class: 'command' }, command), ...(rest.length > 0 ? [` ${rest.join(' ')}`] : [])];
}
