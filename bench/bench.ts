/**
 * Measures this machine and prints Markdown tables.
 *
 *     npm run bench -- [--append] [--check] [--only unet,batching,pipelines,judge,tries,upscale,cold,bot,crowd,stored,workers,flood,first-visit,beside,lecture,training,training-profile] [--device cpu] [--threads N] [--model DIR] [--upscaler DIR]
 *     npm run bench -- --only full-size,t5 [--shapes IF-I-M,IF-II-M]
 *     npm run bench -- --device cuda --only ops,agreement,shapes [--shapes IF-I-M,IF-I-L] [--peers cuda,cuda-compiled]
 *     npm run bench -- --only lab
 *
 * The second command measures DeepFloyd IF at its full size on the CPU; the third checks and times it on a GPU. Both take
 * a lot of time and memory, so they run only when named. The last one simulates labs of many students and devices.
 * --append also puts the tables into bench/RESULTS.md, in place of those of the same machine type, and adds them to
 * bench/HISTORY.md. --check compares their ratios to the peers with those in bench/RESULTS.md, and exits with 1 if one fell by
 * more than a tenth. FLIPSIDE_PYTHON names a Python with torch and diffusers to compare with.
 */

import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROVIDERS } from '../gpu/device.ts';
import { benchAgreement } from './agreement.ts';
import { benchBatching } from './batching.ts';
import { benchBeside } from './beside.ts';
import { benchBot } from './bot.ts';
import { chartOf } from './chart.ts';
import { benchCold } from './cold.ts';
import { benchCrowd } from './crowd.ts';
import { benchFirstVisit } from './first-visit.ts';
import { benchFlood } from './flood.ts';
import { benchFullSize } from './full-size.ts';
import { benchJudge } from './judge.ts';
import { benchLab } from './lab.ts';
import { benchLecture } from './lecture.ts';
import { describeMachine, machineType } from './machine.ts';
import { benchOps } from './ops.ts';
import { PEER_MODES } from './peer.ts';
import { benchPipelines } from './pipelines.ts';
import { compareWith, withTable } from './results-file.ts';
import { SHAPES } from './shape-configs.ts';
import { benchShapes } from './shapes.ts';
import { benchStored } from './stored.ts';
import { benchT5 } from './t5.ts';
import { type Table, toMarkdown } from './table.ts';
import { benchTraining } from './training.ts';
import { benchTrainingProfile } from './training-profile.ts';
import { benchTries } from './tries.ts';
import { benchUNet } from './unet.ts';
import { benchUpscale } from './upscale.ts';
import { benchWorkers } from './workers.ts';

function bundled(name: string): string {
	return fileURLToPath(new URL(`../assets/models/${name}`, import.meta.url));
}

const { values } = parseArgs({
	options: {
		append: { type: 'boolean', default: false },
		check: { type: 'boolean', default: false },
		only: { type: 'string' },
		device: { type: 'string', default: 'cpu' },
		threads: { type: 'string', default: String(availableParallelism()) },
		model: { type: 'string', default: bundled('emoji-if') },
		upscaler: { type: 'string', default: bundled('emoji-if-upscaler') },
		shapes: { type: 'string' },
		peers: { type: 'string' },
	},
});

const provider = PROVIDERS.find((name) => name === values.device);
if (!provider) throw new Error(`--device must be one of ${PROVIDERS.join(', ')}`);
const device = { provider, threads: Number(values.threads) };

const peers = (values.peers ?? (provider === 'cuda' ? 'cuda,cuda-compiled' : 'cpu')).split(',').map((name) => {
	const mode = PEER_MODES.find((known) => known === name);
	if (!mode) throw new Error(`--peers takes ${PEER_MODES.join(', ')}; got "${name}"`);
	return mode;
});

const shapes = (values.shapes ?? (provider === 'cuda' ? 'IF-I-M,IF-I-L' : 'IF-I-M,IF-II-M')).split(',');
for (const name of shapes) {
	if (!SHAPES[name]) throw new Error(`--shapes takes ${Object.keys(SHAPES).join(', ')}; got "${name}"`);
}

const benches: Readonly<Record<string, () => Promise<Table>>> = {
	unet: () => benchUNet(values.model, device),
	batching: () => benchBatching(values.model, device),
	pipelines: () => benchPipelines(values.model, device),
	judge: () => benchJudge(values.model, device),
	tries: () => benchTries(values.model, device),
	upscale: () => benchUpscale(values.upscaler, device),
	cold: () => benchCold(device),
	bot: () => benchBot(device),
	crowd: () => benchCrowd(device),
	stored: () => benchStored(device),
	workers: () => benchWorkers(),
	flood: () => benchFlood(),
	'first-visit': () => benchFirstVisit(device),
	beside: () => benchBeside(device),
	lecture: () => benchLecture(device),
	training: () => benchTraining(device),
	'training-profile': () => benchTrainingProfile(device),
	ops: () => benchOps(device),
	agreement: () => benchAgreement([values.model, values.upscaler], device),
	'full-size': () => benchFullSize(shapes, device.threads),
	t5: () => benchT5(device.threads),
	lab: () => benchLab(),
	shapes: () => benchShapes(shapes, peers, device),
};

/** In docs/benchmarks.md; of the machine type that was measured last. */
const CHART = '../docs/generated/evaluations.svg';

const hasUpscaler = existsSync(join(values.upscaler, 'model_index.json'));
if (!hasUpscaler)
	console.error(`No stage II model in ${values.upscaler}, so upscale is left out unless --only names it.`);
const WHEN_NAMED = ['ops', 'agreement', 'shapes', 'full-size', 't5', 'lab'];
const standard = Object.keys(benches).filter(
	(name) => !WHEN_NAMED.includes(name) && (name !== 'upscale' || hasUpscaler),
);
const chosen = values.only?.split(',') ?? standard;
for (const name of chosen) {
	if (!benches[name]) throw new Error(`--only takes ${Object.keys(benches).join(', ')}; got "${name}"`);
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const today = new Date().toISOString().slice(0, 10);
const machine = machineType(device.threads, provider);
const described = describeMachine(device.threads);

async function keep(name: string, table: Table): Promise<void> {
	await appendFile(file('HISTORY.md'), `\n${toMarkdown(table).trimEnd()}\n`);
	const results = await readFile(file('RESULTS.md'), 'utf8');
	await writeFile(file('RESULTS.md'), withTable(results, machine, `${today}. ${described}`, table));
	if (name === 'unet' && provider === 'cpu') await writeFile(file(CHART), chartOf(table, machine));
}

const heading = `## ${today}\n\n${described}\n`;
console.log(heading);
if (values.append) await appendFile(file('HISTORY.md'), `\n${heading}`);
const worse: string[] = [];
for (const name of chosen) {
	const table = await benches[name]();
	console.log(toMarkdown(table));
	if (values.check) worse.push(...compareWith(await readFile(file('RESULTS.md'), 'utf8'), machine, table));
	if (values.append) await keep(name, table);
}
if (values.check) {
	console.log(worse.length > 0 ? ['Worse than before:', ...worse].join('\n') : 'Nothing is worse than before.');
	process.exitCode = worse.length > 0 ? 1 : 0;
}
