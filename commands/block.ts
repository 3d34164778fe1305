/** /block and /unblock: staff keep a person from using the bot, or let them use it again. */
import { UserError } from '../gpu/jobs/index.ts';
import { isAtTheMachine } from './lib/at-the-machine.ts';
import { defineCommand } from './lib/command.ts';
import { USER_EXAMPLE, type UserOption } from './lib/options.ts';

const access = { staffOnly: true, personal: true } as const;

const user = { kind: 'user', positional: true, required: true } as const satisfies Partial<UserOption>;

export const block = defineCommand({
	name: 'block',
	summary: 'Keep somebody from using the bot, in every channel',
	example: USER_EXAMPLE,
	options: { user: { ...user, label: 'Who to block', summary: 'Who may no longer use it' } },
	...access,
	async run({ user }, { asker, moderation }) {
		if (user.id === asker.id) {
			throw new UserError('You cannot block yourself; name the person who may no longer use the bot.');
		}
		if (isAtTheMachine(user.id)) {
			throw new UserError(`${user.id} is the person at the machine that runs the bot, and cannot be blocked.`);
		}
		const text = moderation.block(user)
			? `${user.name} may no longer use the bot.`
			: `${user.name} was already blocked.`;
		return { text, figures: [] };
	},
});

export const unblock = defineCommand({
	name: 'unblock',
	summary: 'Let somebody use the bot again; without a name: show who is blocked',
	example: USER_EXAMPLE,
	options: { user: { ...user, required: undefined, label: 'Who to let back in', summary: 'Who may use it again' } },
	...access,
	async run({ user }, { moderation }) {
		if (!user) {
			const blocked = moderation.blocked().map(({ id, name }) => (id === name ? id : `${name} (${id})`));
			return { text: blocked.length > 0 ? `Blocked: ${blocked.join(', ')}.` : 'Nobody is blocked.', figures: [] };
		}
		if (!moderation.unblock(user.id)) throw new UserError(`${user.name} is not blocked; /unblock alone shows who is.`);
		return { text: `${user.name} may use the bot again.`, figures: [] };
	},
});
