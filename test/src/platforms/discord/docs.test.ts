/** Generates docs/generated/discord.md from what the bot sends. After a change: npx vitest run this-file -u */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { warmUp } from '../../../../src/uploads/picture.ts';
import { IN_PRIVATE, OTHER } from '../../../fakes/discord/fake-discord.ts';
import { APPLICATION, CHANNEL, type FakeInteraction, type RecordedRequest } from '../../../fakes/discord/world.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, form, startBot, whispered } from './bot.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/generated/discord.md', import.meta.url));

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());

/** Replaces values that differ from run to run by names. */
function named(text: string): string {
	return text
		.replaceAll(APPLICATION, '{application}')
		.replaceAll(CHANNEL, '{channel}')
		.replaceAll(/token-of-\d+/g, '{token}')
		.replaceAll(/\d{18,19}/g, '{id}')
		.replaceAll(/(v1:[a-z]+:)[\w-]{12}/g, '$1{request}')
		.replaceAll(/[0-9a-f]{64}/g, '{sha256 of the picture}')
		.replaceAll(/<t:\d+:R>/g, '<t:{seconds}:R>')
		.replaceAll(/on \d+ \w+ \d{4}, \d\d:\d\d UTC/g, 'on {day and time}')
		.replaceAll(/made in [\d.]+ seconds?/g, 'made in {seconds}');
}

const json = (value: unknown) => `\`\`\`json\n${named(JSON.stringify(value, undefined, 2))}\n\`\`\``;

function shown({ method, path, body, files, authorization }: RecordedRequest): string {
	const by = authorization ? ', with the bot’s token' : '';
	const parts = files.map(({ name, type }) => `${name} (${type})`).join(', ');
	const line = `${method} ${named(path)}${by}${parts && `, with the file ${parts}`}`;
	return method === 'DELETE' ? `\`${line}\`` : `\`${line}\`\n\n${json(body)}`;
}

/** The requests that one interaction led to. */
const sent = ({ token }: FakeInteraction) => bot.discord.world.requests.filter(({ path }) => path.includes(token));

const last = (interaction: FakeInteraction) => shown(sent(interaction).at(-1)!);
const all = (interaction: FakeInteraction) => sent(interaction).map(shown).join('\n\n');
const first = (interaction: FakeInteraction) => shown(sent(interaction)[0]);

function registered(...names: string[]): string {
	const { body } = bot.discord.world.requests.find(({ method }) => method === 'PUT')!;
	const entries = (body as unknown as { name: string }[]).filter(({ name }) => names.includes(name));
	return json(entries);
}

async function sections(): Promise<string[]> {
	const { discord, runner } = bot;
	// The first job teaches the bot the pace.
	await finished(discord.slash('generate', { prompt: 'a photo of a dog', seed: 1 }));

	runner.holdAt = 1;
	const running = discord.slash('generate', { prompt: 'a photo of a dog', seed: 180 });
	await until('progress', () => running.original?.content.includes('Step 1'));
	const progress = last(running);
	const waiting = discord.slash('generate', { prompt: 'a cat', seed: 7 }, OTHER);
	await until('the second to wait', () => waiting.original?.content.includes('Waiting'));
	const queued = last(waiting);
	runner.holdAt = undefined;
	const message = await finished(running);
	const result = last(running);
	await finished(waiting);

	discord.world.ackMs = -1;
	const asked = discord.world.requests.length;
	discord.slash('generate', { prompt: 'a tree', seed: 9 });
	const late = await until('a message in the channel', () =>
		discord.world.requests.slice(asked).find(({ method, path }) => method === 'POST' && path.startsWith('/channels/')),
	);
	const written = () =>
		[...discord.world.messages.values()].some(({ attachments }) => attachments[0]?.name === 'generate-9.png');
	await until('the picture', written);
	discord.world.ackMs = 3000;

	const refused = discord.slash('edit', { prompt: 'a house' });
	await until('the public message to go', () => refused.original?.deleted);

	const again = discord.press(message, 'Again, new seed', OTHER);
	await finished(again);
	const [acknowledged, said] = sent(again).map(shown);
	const details = discord.press(message, 'Details');
	await whispered(details);

	const deleting = discord.press(await finished(again), 'Delete', OTHER);
	await whispered(deleting);

	const menu = discord.menu(discord.post([await sketch('tower.png')]), 'Use as sketch');
	await form(menu);

	runner.holdAt = 1;
	const left = discord.slash('generate', { prompt: 'a skull', seed: 3 }, IN_PRIVATE);
	await until('progress', () => left.original?.content.includes('Step 1'));
	await bot.platform.stop();

	return [
		`## What is registered

\`npm run -s flipside -- deploy\` sends every command in one PUT, which replaces what was there before. One of them, and the
commands in a message's menu:

${registered('noise', 'Use as sketch', 'Inpaint this', 'Show settings', 'Run again')}`,
		`## A command

It is acknowledged immediately, because Discord waits only three seconds. /models, /queue and other answers for one person alone have
\`"flags": 64\` here.

${first(running)}

While it waits:

${queued}

While it runs, every 2.5 s at most; the newest state wins. The picture is the current estimate:

${progress}

At the end. This edit is tried again for half an hour when Discord is in trouble, and goes by the bot’s own token to
\`PATCH /channels/{channel}/messages/{id}\` a minute before the interaction’s token ends:

${result}`,
		`## A late acknowledgement

On a machine that is too busy the three seconds may pass. Discord then says that the application did not respond, and the
interaction’s token is useless. The request is carried out anyway, in a message of the bot’s own that is edited like any other. If
the bot may not write there, the result is under /queue action:mine.

If only Discord’s response to the acknowledgement is lost, the acknowledgement is sent again, and “already acknowledged” then
counts as success.

${shown(late)}`,
		`## A refusal

Only the person who asked sees it. A follow-up to a message that is still “thinking” is as public as that message, so
the sentence is first put there, and the public message is deleted last.

${all(refused)}`,
		`## A button

A press is acknowledged without committing to any kind of answer. Its outcome gets a new message, whether it is a new request
or the same picture shown in another way (a number below a sheet, Flip), which is then edited like that of a command. The pressed
message stays as it is for everybody:

${acknowledged}

${said}

Only the person who pressed “Details” sees the answer:

${last(details)}

The same goes for Delete and Report, whose answers have a button: to undo within a minute, and to confirm the report.

${last(deleting)}`,
		`## A form

“Use as sketch” in a message's menu stores its picture and answers with a form. Its custom_id says what the form is about,
so it can be submitted even after the bot has been restarted.

${last(menu)}`,
		`## A restart

A request that is open when the bot stops continues after the next start, in the same message:

${last(left)}`,
	];
}

// A form opens at once only if its picture is read at once.
beforeAll(warmUp);

test('docs/generated/discord.md shows what is sent', async () => {
	const intro = `# What the bot sends to Discord

Generated by test/src/platforms/discord/docs.test.ts from the real client against a fake Discord on this machine: change the code,
then \`npx vitest run test/src/platforms/discord/docs.test.ts -u\`. Braces mark what differs each time.

The gateway is used without any intents. No message can notify anybody (\`allowed_mentions\`), except the one that tells a person who
waited over two minutes that their request has ended. Every picture has alt text (\`description\`), and no address in a prompt
unfolds (\`"flags": 4\`). Every result says in small print who asked. Tokens are never logged.`;
	await expect(`${[intro, ...(await sections())].join('\n\n')}\n`).toMatchFileSnapshot(PAGE);
});
