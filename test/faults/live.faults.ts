/**
 * Sends a running bot bad typed lines, HTTP, pictures and local socket messages. It must answer everything and go on serving a
 * person who keeps asking.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { callBot } from '../../src/local-socket/call.ts';
import type { WireMessage } from '../../src/platforms/console/wire.ts';
import { ask, cookieOf, events, fetch, shown } from '../src/platforms/console/harness.ts';
import { BotProcess } from './bot-process.ts';
import { endOf, Random } from './random.ts';
import { hasStack, Tally } from './tally.ts';

/** The time within which an answer must come on a busy machine. */
const ANSWER_MS = 60_000;

/** The time within which accepted requests must end. */
const DONE_MS = 120_000;

/** Attempts at the same time. */
const TOGETHER = 4;

/** Commands that would change what others may do, or take hours. */
const LEFT_OUT = /^(words|settings|block|unblock|mnist|course|queue|prompts)/;

let dataDir: string;
let bot: BotProcess;
let soak: Soak;

beforeAll(async () => {
	dataDir = mkdtempSync(join(tmpdir(), 'flipside-live-'));
	bot = new BotProcess({ DATA_DIR: dataDir });
	if (!(await bot.ready())) throw new Error(bot.printed);
	soak = new Soak();
});
afterAll(async () => {
	await bot.end('SIGKILL');
	rmSync(dataDir, { recursive: true, force: true });
});

/** A person who keeps asking for pictures and fetching them. */
class Soak {
	readonly #tally = new Tally('soak');
	readonly #first = memory();
	readonly #asking: Promise<void>;
	#slowest = 0;
	#over = false;

	constructor() {
		this.#asking = this.#ask();
	}

	async #ask(): Promise<void> {
		for (let i = 0; !this.#over && bot.isThere; i++) {
			const began = Date.now();
			this.#tally.count('requests');
			const shown = await within(this.#picture(i)).catch((error: Error) => this.#tally.fault('lost', error.message));
			if (shown === 'late') this.#tally.fault('hanging', `request ${i}`);
			this.#slowest = Math.max(this.#slowest, Date.now() - began);
			await delay(300);
		}
	}

	async #picture(i: number): Promise<void> {
		const { answer } = await ask(bot.url, { line: `/generate "paint 40 soak ${i}" --seed ${i}` });
		if ('error' in answer) throw new Error(answer.error);
		for await (const { messages } of events(bot.url)) {
			const mine = messages.find(({ id, state }) => id === answer.id && state !== 'waiting' && state !== 'running');
			if (!mine) continue;
			const picture = mine.pictures[0] && (await fetch(bot.url + mine.pictures[0].url));
			if (picture?.status !== 200) throw new Error(`soak ${i}: ${mine.state}, ${mine.text}`);
			await picture.arrayBuffer();
			return;
		}
	}

	async close(): Promise<void> {
		this.#over = true;
		await this.#asking;
		this.#tally.count('ms for the slowest', this.#slowest);
		this.#tally.count('MiB at the beginning', this.#first);
		this.#tally.count('MiB at the end', memory());
		this.#tally.close();
	}
}

/** The bot's memory in MiB; 0 on systems without /proc. */
function memory(): number {
	try {
		const status = readFileSync(`/proc/${bot.child.pid}/status`, 'utf8');
		return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
	} catch {
		return 0;
	}
}

/** The promise's value, or 'late' if it takes too long. */
async function within<T>(promise: Promise<T>): Promise<T | 'late'> {
	return Promise.race([promise, delay(ANSWER_MS, 'late' as const, { ref: false })]);
}

/** Makes attempts, several at once, until the share of the time is over. The bot must survive all of them. */
async function hammer(tally: Tally, share: number, attempt: () => Promise<string | undefined>): Promise<void> {
	const end = endOf(share);
	const one = async () => {
		while (Date.now() < end && bot.isThere) {
			tally.count('inputs');
			const answer = await within(attempt()).catch((error: Error) => tally.fault('crashes', error.message));
			if (answer === 'late') tally.fault('hanging', 'no answer');
			else if (answer && hasStack(answer)) tally.fault('stacks', answer);
		}
	};
	await Promise.all(Array.from({ length: TOGETHER }, one));
	if (!bot.isThere) tally.fault('crashes', bot.printed);
	if (hasStack(bot.printed)) tally.fault('stacks', bot.printed);
	tally.close();
}

/** The console's answer to a line, which must be a message or one sentence. */
async function answerTo(tally: Tally, fields: Record<string, string | File>): Promise<string> {
	const { status, answer } = await ask(bot.url, fields);
	const text = 'error' in answer ? answer.error : '';
	const isFine = status === 202 || (status === 422 && /^[^\n]+$/.test(text) && text.length < 3000);
	if (!isFine) tally.fault('crashes', `${status} ${text} to ${JSON.stringify(fields).slice(0, 300)}`);
	tally.count(status === 202 ? 'taken' : 'refused');
	return text;
}

test('typed lines', async () => {
	const [random, tally] = [new Random('lines'), new Tally('typed lines')];
	const used = commands.filter(({ name }) => !LEFT_OUT.test(name));
	const words = used.flatMap(({ name, options }) => [
		`/${name}`,
		...Object.keys(options).map((option) => `--${option}`),
	]);
	const pieces = [
		'"',
		"'",
		'“',
		'”',
		'\\',
		'=',
		'--',
		'-',
		'—',
		' ',
		'\n',
		'\t',
		'\0',
		'\u200b',
		'\ud800',
		'🐶',
		'1e309',
		'-1',
	];
	const text = () =>
		String.fromCodePoint(...Array.from({ length: 1 + random.below(12) }, () => 32 + random.below(0x2fff)));
	const word = () =>
		random.pick([() => random.pick(words), () => random.pick(pieces), () => text(), () => String(random.below(1e6))])();
	await hammer(tally, 0.15, () => {
		const count = 1 + random.below(random.chance(0.1) ? 4000 : 15);
		const first = random.chance(0.7) ? `${random.pick(used.map(({ name }) => `/${name}`))} ` : '';
		const line = first + Array.from({ length: count }, word).join(random.pick(['', ' ']));
		// The fake worker's words.
		return answerTo(tally, { line: line.replace(/hang|crash|block|sleep|internal/g, '') });
	});
});

test('HTTP', async () => {
	const [random, tally] = [new Random('http'), new Tally('HTTP')];
	const { host, port } = new URL(bot.url);
	const form = '--b\r\ncontent-disposition: form-data; name="line"\r\n\r\n/generate "a dog"\r\n--b--\r\n';
	const press = '{"message":"one","button":"v1:again:AAAAAAAAAAAA"}';
	const requests = [
		...['/', '/page.js', '/api/registry', '/api/models', '/api/events', '/api/prompts?command=generate&model=fake'].map(
			(path) => `GET ${path}`,
		),
		`GET /pictures/${'0'.repeat(64)}.png`,
		`GET /files/${'0'.repeat(64)}/page.html`,
		'DELETE /api/messages/one',
		`POST /api/commands|multipart/form-data; boundary=b|${form}`,
		`POST /api/presses|application/json|${press}`,
	].map((request) => {
		const [line, type, body = ''] = request.split('|');
		const head = `${line} HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookieOf(bot.url)}\r\n`;
		return Buffer.from(
			`${head}${type ? `content-type: ${type}\r\ncontent-length: ${body.length}\r\n` : ''}\r\n${body}`,
		);
	});
	await hammer(tally, 0.1, async () => {
		const sound = random.pick(requests);
		const answer = await exchange(Number(port), random.chance(0.1) ? sound : random.damage(sound));
		if (/^HTTP\/1.1 5\d\d/.test(answer)) tally.fault('crashes', answer.slice(0, 500));
		return answer;
	});
});

/** Sends bytes and resolves with all that comes back. Ends streams of events, which have no end. */
function exchange(port: number, bytes: Uint8Array): Promise<string> {
	return new Promise((resolve) => {
		let answer = '';
		const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
		socket.on('data', (chunk) => {
			answer += chunk.toString('latin1');
			if (answer.includes('text/event-stream')) socket.destroy();
		});
		socket.on('error', () => {}); // 'close' follows
		socket.on('close', () => resolve(answer));
	});
}

test('pictures', async () => {
	const [random, tally] = [new Random('pictures'), new Tally('pictures')];
	const plain = sharp({ create: { width: 48, height: 32, channels: 3, background: '#b04030' } });
	const png = await plain.clone().png().toBuffer();
	const sound = [
		png,
		...(await Promise.all(
			(['jpeg', 'webp', 'gif', 'avif', 'tiff'] as const).map((format) => plain.clone().toFormat(format).toBuffer()),
		)),
		Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
	];
	const sides = [0, 1, 10_000, 32_769, 50_000, 50_000_000, 2 ** 31 - 1];
	await hammer(tally, 0.15, () => {
		const bytes = random.chance(0.2)
			? resized(png, random.pick(sides), random.pick(sides))
			: random.damage(random.pick(sound));
		const file = new File([new Uint8Array(bytes)], random.pick(['a.png', 'b.jpg', '../c', 'd.svg', '']));
		return answerTo(tally, { line: '/edit "a dog"', attachment: file });
	});
});

/** A PNG whose header claims another size. */
function resized(png: Buffer, width: number, height: number): Buffer {
	const bytes = Buffer.from(png);
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
	return bytes;
}

test('the local socket', async () => {
	const [random, tally] = [new Random('socket'), new Tally('local socket')];
	const blobs = createLocalBlobStore(blobDirectory(dataDir));
	const sound = [
		'{"type":"models"}\n',
		'{"type":"request","command":"generate","options":{"prompt":"a dog","seed":5}}\n',
		`{"type":"request","command":"edit","options":{"image":{"blob":"${'0'.repeat(64)}","name":"a.png"}}}\n`,
	].map((line) => Buffer.from(line));
	const odd = [
		() => Buffer.alloc(2 ** 21, 'a'),
		() => Buffer.from(`${'['.repeat(100_000)}\n`),
		() => random.bytes(3000),
		() => Buffer.from('\n'),
	];
	await hammer(tally, 0.08, async () => {
		await say(
			Buffer.concat(
				Array.from({ length: 1 + random.below(4) }, () =>
					random.chance(0.8) ? random.damage(random.pick(sound)) : random.pick(odd)(),
				),
			),
			random.below(50),
		);
		if (!random.chance(0.1)) return undefined;
		const call = await callBot(dataDir, blobs);
		const outcome = await call?.open('generate', { prompt: 'paint 20 well' }, () => {});
		call?.close();
		if (outcome?.view.state !== 'done') tally.fault('lost', outcome?.view.text ?? 'nobody listens');
		tally.count('sound ones between');
		return outcome?.view.text;
	});
});

/** Writes bytes to the bot, and disconnects after a while unless the bot has done so. */
function say(bytes: Uint8Array, ms: number): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect(join(dataDir, 'flipside.sock'), () => {
			socket.write(bytes);
			setTimeout(() => socket.destroy(), ms);
		});
		socket.resume();
		socket.on('error', () => {}); // 'close' follows
		socket.on('close', () => resolve());
	});
}

test('afterwards no request is open, the person was always served, and the bot ends in order', async () => {
	await soak.close();
	const tally = new Tally('the end');
	const isOpen = ({ state }: WireMessage) => state === 'waiting' || state === 'running';
	const end = Date.now() + DONE_MS;
	let open: readonly WireMessage[];
	do {
		open = (await shown(bot.url)).filter(isOpen);
		if (open.length > 0) await delay(500);
	} while (open.length > 0 && Date.now() < end);
	if (open.length > 0) tally.fault('hanging', `${open.length} requests, such as ${open[0].title}`);
	const status = await bot.end('SIGTERM');
	if (status !== 0) tally.fault('crashes', `status ${status}`);
	tally.close();
});
