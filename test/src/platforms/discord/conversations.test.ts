import { EPHEMERAL } from '../../../fakes/discord/world.ts';
import { type Chat, testConversations } from '../../chat/conversation-contract.ts';
import { type Bot, startBot } from './bot.ts';

function chatOf(bot: Bot): Chat {
	const { world } = bot.discord;
	const messages = (ephemeral: boolean) =>
		[...world.messages.values()].filter(({ deleted, flags }) => !deleted && Boolean(flags & EPHEMERAL) === ephemeral);
	return {
		...bot,
		ask: async (prompt, seed) => bot.discord.slash('generate', { prompt, seed }),
		press: async ({ id }, label) => bot.discord.press(world.messages.get(id)!, label),
		seen: async () =>
			messages(false).map(({ id, content, attachments }) => {
				return { id, text: content, pictures: attachments.map(({ name }) => name) };
			}),
		told: async () => messages(true).map(({ content }) => content),
		refuseResults() {
			world.refuseFile = 'generate-7.png';
		},
		async enter() {
			const next = await startBot({}, undefined, bot);
			next.desk.resume([next.platform]);
			return chatOf(next);
		},
	};
}

testConversations('Discord', async () => chatOf(await startBot()), {
	results: 'edited',
	outlivesBot: true,
	refusesResults: true,
});
