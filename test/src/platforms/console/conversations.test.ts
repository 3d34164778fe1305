import { type Chat, testConversations } from '../../chat/conversation-contract.ts';
import { ask, fetch, type Harness, shown, startConsole } from './harness.ts';

function chatOf(console_: Harness): Chat {
	const { url } = console_;
	/** What the page would show outside the conversation. */
	const told: string[] = [];
	const messages = () => shown(url);
	return {
		...console_,
		async ask(prompt, seed) {
			const { answer } = await ask(url, { command: 'generate', 'option.prompt': prompt, 'option.seed': String(seed) });
			if ('error' in answer) told.push(answer.error);
		},
		async press({ id }, label) {
			const pressed = (await messages()).find((message) => message.id === id);
			const button = pressed?.buttons.find((candidate) => candidate.label === label)?.id;
			const headers = { 'content-type': 'application/json' };
			const body = JSON.stringify({ message: id, button });
			return fetch(`${url}/api/presses`, { method: 'POST', headers, body });
		},
		seen: async () =>
			(await messages()).map(({ id, text, pictures }) => {
				return { id, text, pictures: pictures.map(({ filename }) => filename) };
			}),
		told: async () => told,
		enter: async () => chatOf(await startConsole(undefined, console_)),
	};
}

testConversations('the console', async () => chatOf(await startConsole()), {
	results: 'edited',
	outlivesBot: false,
	refusesResults: false,
});
