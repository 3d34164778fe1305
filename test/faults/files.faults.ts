/** Opens damaged databases and model files. Each must work or be rejected with a sentence, and databases must recover. */
import {
	copyFileSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { ModerationStore } from '../../src/store/moderation.ts';
import { openStore } from '../../src/store/open.ts';
import { PaceStore } from '../../src/store/paces.ts';
import { PromptFileStore } from '../../src/store/prompt-files.ts';
import { RequestStore } from '../../src/store/requests.ts';
import { downloadRepository, STAGE_1 } from '../fakes/deepfloyd.ts';
import { type Probed, Prober } from './prober.ts';
import { endOf, Random } from './random.ts';
import { Tally } from './tally.ts';

const SENTENCE = /^[^\n]+$/;

let directory: string;
beforeAll(() => {
	directory = mkdtempSync(join(tmpdir(), 'flipside-files-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Tallies how a try ended. */
function judge(tally: Tally, probed: Probed, what: string): void {
	if (probed.how === 'hanging') tally.fault('hanging', what);
	else if (probed.how === 'crash') tally.fault('crashes', `${what}: ${probed.text}`);
	else if (probed.how === 'stack') tally.fault('stacks', `${what}: ${probed.text}`);
	else {
		const told = probed.how === 'well' ? probed.notes : [probed.text];
		for (const text of told) if (!SENTENCE.test(text)) tally.fault('stacks', `${what} is no sentence: ${text}`);
		tally.count(told.length === 0 ? 'taken' : 'told of');
	}
}

function soundDatabase(): Buffer {
	const dataDir = join(directory, 'sound');
	const { database, close } = openStore(dataDir, true, () => {});
	const store = new RequestStore(database);
	for (let i = 0; i < 60; i++) {
		store.add({
			id: `request-${i}`,
			command: 'generate',
			options: { prompt: `prompt ${i} of a café`, seed: i },
			owner: { id: `test:ann${i % 7}`, name: 'Ann Ünï', staff: false },
			messageRef: { platform: 'test', channel: `test:${i % 3}`, message: String(i) },
			state: i % 10 ? 'done' : 'waiting',
			result: i % 10 ? { images: [{ blob: 'f'.repeat(64), width: 64, height: 64, seed: i }], notes: [] } : undefined,
			answer: i % 10 ? { text: 'seed', figures: [], attachments: [] } : undefined,
			ended: i % 10 ? Date.now() : undefined,
		});
	}
	const moderation = new ModerationStore(database);
	for (const name of ['a', 'b', 'c']) {
		const here = moderation.in(`test:${name}`);
		here.setSettings({ model: 'emoji-if', steps: 20 });
		here.addWord(`word ${name}`);
		here.block({ id: `test:${name}`, name });
		const reporter = { id: 'test:bob', name: 'Bob' };
		moderation.report({ request: `request-${name}`, line: '/generate', owner: 'Ann', reporter, made: 5 });
	}
	new PaceStore(database).add('generate', 'emoji-if', 0.4);
	const kept = { name: 'own.pth', blob: 'e'.repeat(64), width: 48, prompts: ['a dog'] };
	new PromptFileStore(database).put('test:ann', kept);
	database.pragma('wal_checkpoint(TRUNCATE)');
	close();
	return readFileSync(join(dataDir, 'flipside.db'));
}

test('databases', async () => {
	const [random, tally, prober] = [new Random('databases'), new Tally('databases'), new Prober('probe-store.ts')];
	const sound = soundDatabase();
	const dataDir = join(directory, 'damaged');
	for (const end = endOf(0.12); Date.now() < end; ) {
		rmSync(dataDir, { recursive: true, force: true });
		mkdirSync(dataDir, { mode: 0o700 });
		writeFileSync(join(dataDir, 'flipside.db'), random.damage(sound));
		copyFileSync(join(dataDir, 'flipside.db'), join(directory, 'last.db'));
		if (random.chance(0.1)) writeFileSync(join(dataDir, 'flipside.db-wal'), random.bytes(5000));
		if (random.chance(0.1)) writeFileSync(join(dataDir, 'flipside.lock'), random.bytes(500));
		tally.count('damages');
		judge(tally, await prober.probe(dataDir), 'a damaged database');
		const again = await prober.probe(dataDir);
		if (again.how !== 'well' || again.notes.length > 0)
			tally.fault('crashes', `does not heal: ${JSON.stringify(again)}`);
	}
	prober.close();
	tally.close();
});

test('model files', async () => {
	const [random, tally, prober] = [new Random('models'), new Tally('model files'), new Prober('probe-model.ts')];
	const sound = downloadRepository(join(directory, 'model'), STAGE_1);
	const files = readdirSync(sound, { recursive: true, encoding: 'utf8' }).filter((name) =>
		/\.(json|safetensors|model)$/.test(name),
	);
	const embeddings = readFileSync('test/fixtures/pytorch/embeddings.pth');
	const damaged = join(directory, 'damaged-model');
	for (const end = endOf(0.12); Date.now() < end; ) {
		tally.count('damages');
		if (random.chance(0.5)) {
			const file = join(directory, 'own.pth');
			writeFileSync(file, random.damage(embeddings));
			judge(tally, await prober.probe({ embeddings: file }), 'a damaged .pth');
			continue;
		}
		rmSync(damaged, { recursive: true, force: true });
		cpSync(sound, damaged, { recursive: true });
		const file = join(damaged, random.pick(files));
		writeFileSync(
			file,
			file.endsWith('.json') ? otherJson(readFileSync(file, 'utf8'), random) : random.damage(readFileSync(file)),
		);
		judge(tally, await prober.probe({ directory: damaged, open: random.chance(0.3) }), `a damaged ${file}`);
	}
	prober.close();
	tally.close();
});

/** Replaces a random value in the JSON, or damages the text. */
function otherJson(text: string, random: Random): string | Uint8Array {
	if (random.chance(0.3)) return random.damage(Buffer.from(text));
	const values = [...text.matchAll(/(?<=[[:,]\s*)(?:-?[\d.e-]+|"[^"]*"|true|false|null)(?=\s*[,\]}])/g)];
	if (values.length === 0) return '[]';
	const { 0: value, index } = random.pick(values);
	const other = random.pick([
		'-1',
		'0',
		'1e9',
		'1e999',
		'3.5',
		'""',
		'"../../secret"',
		'null',
		'[]',
		'{}',
		'[[[]]]',
		'true',
	]);
	return text.slice(0, index) + other + text.slice(index + value.length);
}
