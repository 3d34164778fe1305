/**
 * Measures this machine and prints Markdown tables.
 *
 *     npm run bench -- [--append] [--only unet,batching,pipelines,judge,tries,upscale,bot] [--device cpu] [--threads N] [--model DIR] [--upscaler DIR]
 *
 * --append also adds them to bench/RESULTS.md. FLIPSIDE_PYTHON names a Python with torch and diffusers to compare with.
 */

import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROVIDERS } from '../gpu/onnx/session.ts';
import { benchBatching } from './batching.ts';
import { benchBot } from './bot.ts';
import { benchJudge } from './judge.ts';
import { describeMachine } from './machine.ts';
import { benchPipelines } from './pipelines.ts';
import { type Table, toMarkdown } from './table.ts';
import { benchTries } from './tries.ts';
import { benchUNet } from './unet.ts';
import { benchUpscale } from './upscale.ts';

function bundled(name: string): string {
	return fileURLToPath(new URL(`../assets/models/${name}`, import.meta.url));
}

const { values } = parseArgs({
	options: {
		append: { type: 'boolean', default: false },
		only: { type: 'string' },
		device: { type: 'string', default: 'cpu' },
		threads: { type: 'string', default: String(availableParallelism()) },
		model: { type: 'string', default: bundled('emoji-if') },
		upscaler: { type: 'string', default: bundled('emoji-if-upscaler') },
	},
});

const provider = PROVIDERS.find((name) => name === values.device);
if (!provider) throw new Error(`--device must be one of ${PROVIDERS.join(', ')}`);
const device = { provider, threads: Number(values.threads) };

const benches: Readonly<Record<string, () => Promise<Table>>> = {
	unet: () => benchUNet(values.model, device),
	batching: () => benchBatching(values.model, device),
	pipelines: () => benchPipelines(values.model, device),
	judge: () => benchJudge(values.model, device),
	tries: () => benchTries(values.model, device),
	upscale: () => benchUpscale(values.upscaler, device),
	bot: () => benchBot(device),
};

const hasUpscaler = existsSync(join(values.upscaler, 'model_index.json'));
if (!hasUpscaler) console.error(`No stage II model in ${values.upscaler}: upscale is left out unless --only names it.`);
const standard = Object.keys(benches).filter((name) => name !== 'upscale' || hasUpscaler);
const chosen = values.only?.split(',') ?? standard;
for (const name of chosen) {
	if (!benches[name]) throw new Error(`--only takes ${Object.keys(benches).join(', ')}; got "${name}"`);
}

async function publish(text: string): Promise<void> {
	console.log(text);
	if (values.append) await appendFile(fileURLToPath(new URL('RESULTS.md', import.meta.url)), `\n${text}`);
}

await publish(`## ${new Date().toISOString().slice(0, 10)}\n\n${describeMachine(device.threads)}\n`);
for (const name of chosen) await publish(toMarkdown(await benches[name]()));
