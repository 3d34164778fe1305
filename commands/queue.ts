/** /queue: what is waiting, running and recently done, and a way to cancel one's own requests. */
import { UserError } from '../gpu/jobs/index.ts';
import type { CommandContext, QueueEntry, Reply, Wording } from './lib/command.ts';
import { defineCommand } from './lib/command.ts';
import { deviceLine, devicesOf } from './lib/device-line.ts';
import { shorten } from './lib/shorten.ts';
import { stoppingText } from './lib/stopping-text.ts';

export const queue = defineCommand({
	name: 'queue',
	summary: 'Show what is waiting, running and recently done, or cancel your requests',
	example: 'cancel all',
	options: {
		action: {
			kind: 'choice',
			label: 'What to do',
			summary: 'all: the queue; mine: your requests of the last day; cancel: end some; show: a result again',
			positional: true,
			choices: ['all', 'mine', 'cancel', 'show'],
			default: 'all',
		},
		job: {
			kind: 'text',
			label: 'Which request',
			summary: 'For cancel and show: the id of a request, as the queue shows it; for cancel, also all',
			positional: true,
			maxLength: 40,
			default: 'all',
			example: 'all',
		},
	},
	personal: true,
	async run({ action, job }, context) {
		if (action === 'cancel') return { text: await cancel(job, context), figures: [] };
		if (action === 'show') return show(job, context);
		if (action === 'all') return { text: await all(context), figures: [] };
		return { text: mine(context), figures: [] };
	},
});

/** What is waiting and running; and the devices, unless there is only this machine's one, and it works, or why there are none. */
async function all(context: CommandContext): Promise<string> {
	const entries = context.queue().map((entry) => describe(entry, context.wording));
	return [...(entries.length > 0 ? entries : ['The queue is empty.']), ...(await deviceLines(context))].join('\n');
}

async function deviceLines(context: CommandContext): Promise<readonly string[]> {
	const devices = await devicesOf(context);
	if (typeof devices === 'string') return [devices];
	const isTelling = devices.length > 1 || devices.some(({ machine, problem }) => machine ?? problem);
	return isTelling ? ['Devices:', ...devices.map((device) => deviceLine(device, MAX_LINE))] : [];
}

/** How many of the last results are listed; more would not fit in one message. */
const SHOWN_RESULTS = 10;

/** Of each listed request, and of what is said of a device, in characters: more take several lines on a phone. */
const MAX_LINE = 100;

function mine(context: CommandContext): string {
	const open = context.queue().filter((entry) => entry.mine);
	const over = context.recent().slice(-SHOWN_RESULTS);
	return (
		[
			...open.map((entry) => describe(entry, context.wording)),
			...over.map(({ id, line, state }) => `${id}: ${shorten(line, MAX_LINE)}, ${state}`),
			...(over.length > 0
				? [`To see one again: ${context.wording.line('queue', { action: 'show', job: over[0].id })}`]
				: []),
		].join('\n') || 'None of your requests is waiting or running, and none has ended in the last day.'
	);
}

async function show(job: string, context: CommandContext): Promise<Reply> {
	const id = job === 'all' ? context.recent().at(-1)?.id : job;
	const reply = id === undefined ? undefined : await context.recall(id);
	if (!reply) throw new UserError('You have no stored result with that id; /queue mine lists the last ones.');
	return reply;
}

function describe(entry: QueueEntry, wording: Wording): string {
	return `${entry.id}: ${wording.line(entry.command)} by ${entry.mine ? 'you' : entry.owner}, ${standing(entry)}`;
}

function standing({ position, mayGrow, preparing }: QueueEntry): string {
	if (preparing) return 'being prepared';
	if (position === undefined) return 'running';
	if (position === 0) return mayGrow ? 'next for now' : 'next';
	return `${mayGrow ? 'about ' : ''}${position} ahead of it`;
}

async function cancel(job: string, context: CommandContext): Promise<string> {
	const mine = context.queue().filter((entry) => entry.mine);
	const targets = job === 'all' ? mine.map((entry) => entry.id) : [job];
	const answers = await Promise.all(targets.map(async (id) => ({ id, cancelling: await context.cancel(id) })));
	const found = answers.flatMap(({ id, cancelling }) => (cancelling ? [{ id, ...cancelling }] : []));
	if (job !== 'all' && found.length === 0) {
		throw new UserError(`No waiting or running request of yours has the id "${job}"; /queue mine lists them.`);
	}
	const cancelled = found.filter(({ stops }) => stops === undefined).map(({ id }) => id);
	const sentences = [
		...(cancelled.length > 0 ? [`Cancelled: ${cancelled.join(', ')}.`] : []),
		...found.flatMap(({ stops }) => (stops === undefined ? [] : [context.wording.hint(stoppingText(stops))])),
	];
	const others = context.queue().length > 0 ? " Staff can cancel other people's requests by their ids." : '';
	return sentences.join(' ') || `None of your requests is waiting or running.${others}`;
}
