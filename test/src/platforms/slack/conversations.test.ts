import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { STUDENT } from '../../../fakes/slack/world.ts';
import { type Chat, testConversations } from '../../chat/conversation-contract.ts';
import { type Bot, picturesOf, startBot } from './bot.ts';

function chatOf(bot: Bot): Chat {
	const { world, slack } = bot;
	return {
		...bot,
		ask: (prompt, seed) => slack.slash('/flipside', `generate "${prompt}" --seed ${seed}`),
		press: ({ id }, label) => slack.press(world.messages.get(id)!, label),
		seen: async () =>
			world.shown().map((message) => {
				const pictures = picturesOf(world, message).map(({ file }) => file.name);
				return { id: message.ts, text: wordsOf(message), pictures };
			}),
		told: async () => world.shown(STUDENT.id).map(wordsOf),
		refuseResults() {
			world.faults.set('files.completeUploadExternal', { error: 'access_denied' });
		},
		async enter() {
			const next = await startBot({}, 'socket', bot);
			next.desk.resume([next.platform]);
			return chatOf(next);
		},
	};
}

testConversations('Slack', async () => chatOf(await startBot()), {
	results: 'posted',
	outlivesBot: true,
	refusesResults: true,
});
