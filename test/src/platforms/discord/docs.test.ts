/** docs/generated/discord.md holds what the bot really sends. After a change: npx vitest run -u --project fast this-file */
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

/** What differs from run to run, named instead. */
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
	// The first job teaches the bot how long such a job takes.
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
commands in the menu of a message:

${registered('noise', 'Use as sketch', 'Inpaint this', 'Show settings', 'Run again')}`,
		`## A command

It is acknowledged at once, for Discord waits three seconds. /models, /queue and other answers for one person alone have
\`"flags": 64\` here.

${first(running)}

While it waits:

${queued}

While it runs, every 2.5 s at most; the newest state wins. In the place of a picture stands the estimate so far:

${progress}

At the end. This edit is tried again for half an hour when Discord is in trouble, and goes by the bot’s own token to
\`PATCH /channels/{channel}/messages/{id}\` a minute before the interaction’s token ends:

${result}`,
		`## A late acknowledgement

On a machine that is too busy the three seconds may pass. Discord then says that the application did not respond, and its token
opens nothing; the request is done all the same, in a message of the bot’s own that is edited like any other. Where
the bot may not write, the result is under /queue action:mine.

When it is only Discord’s answer to the acknowledgement that is lost, it is sent once more, and “already acknowledged” is then
taken as the answer.

${shown(late)}`,
		`## A refusal

Only the person who asked reads it. Discord shows a follow-up to a message that is still thinking as publicly as that one, so
the sentence is put there first, and the public message is taken away last.

${all(refused)}`,
		`## A button

A press is acknowledged in the way that leaves everything open. What it leads to has a message of its own, be it a new request
or the same picture otherwise (a number below a sheet, Flip), which is then edited like that of a command; what was pressed
stays as it is for everybody:

${acknowledged}

${said}

“Details” is for the presser alone:

${last(details)}

So is what Delete and Report answer, with a button: to have it back within a minute, and to report indeed.

${last(deleting)}`,
		`## A form

“Use as sketch” in the menu of a message takes its picture in, and answers with a form. What the form is about stands in its
custom_id: so it can be sent after the bot was restarted.

${last(menu)}`,
		`## A restart

A request that is open when the bot stops goes on after the next start, in the same message:

${last(left)}`,
	];
}

// A form comes at once only where its picture is read at once.
beforeAll(warmUp);

test('docs/generated/discord.md shows what is sent', async () => {
	const intro = `# What the bot sends to Discord

Generated by test/src/platforms/discord/docs.test.ts from the real client against a fake Discord on this machine: change the code,
then \`npx vitest run -u --project fast test/src/platforms/discord/docs.test.ts\`. In braces stands what differs each time.

The gateway is used without any intent. No message can ping anybody (\`allowed_mentions\`) but the one that tells whoever waited
over two minutes that it is over; every picture has alt text (\`description\`), and no address in a prompt unfolds (\`"flags": 4\`).
Every result says in small print who asked. Tokens are never logged.`;
	await expect(`${[intro, ...(await sections())].join('\n\n')}\n`).toMatchFileSnapshot(PAGE);
});
