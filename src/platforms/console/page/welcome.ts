/** What an empty conversation shows: a way in, for every command that makes pictures. */
import type { WireCommand } from '../wire.ts';
import { h } from './dom.ts';

export function starters(commands: readonly WireCommand[], open: (command: WireCommand) => void): HTMLElement[] {
	return commands
		.filter(({ makesPictures }) => makesPictures)
		.map((command) =>
			h(
				'li',
				{},
				h(
					'button',
					{ type: 'button', onclick: () => open(command) },
					h('b', { class: 'command' }, `/${command.name}`),
					h('span', {}, command.summary),
					h('code', {}, command.example),
				),
			),
		);
}
