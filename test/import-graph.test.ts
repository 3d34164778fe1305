import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cycles, type Import, readImports, readTypeImports, ruleBreakers, wayTo } from './import-graph.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'commands', 'gpu'];

/** The two processes that people start. */
const BOT_ENTRIES = ['src/main.ts', 'src/cli.ts'];

describe('the code', () => {
	let imports: readonly Import[];
	beforeAll(async () => {
		imports = await readImports(ROOT, FOLDERS);
	});

	it('is reachable from the entries down to the lowest floor', () => {
		for (const entry of BOT_ENTRIES) {
			expect(wayTo(imports, entry, 'commands/index.ts')).toBeDefined();
			expect(wayTo(imports, entry, 'gpu/queue/local-executor.ts')).toBeDefined();
		}
		expect(wayTo(imports, 'gpu/worker.ts', 'onnxruntime-node')).toBeDefined();
	});

	it('imports only downwards', () => expect(ruleBreakers(imports)).toEqual([]));

	it('has no cycles, not even of type imports', async () => {
		expect(cycles([...imports, ...(await readTypeImports(ROOT, FOLDERS))])).toEqual([]);
	});

	it.each(BOT_ENTRIES)('%s loads no platform’s client before it is needed', (entry) => {
		const atOnce = imports.filter(({ isDynamic }) => !isDynamic);
		for (const client of ['discord.js', '@slack/bolt', 'hono']) {
			expect(wayTo(imports, entry, client)).toBeDefined();
			expect(wayTo(atOnce, entry, client)).toBeUndefined();
		}
	});

	it.each(BOT_ENTRIES)('%s loads the broker’s client only where there is a broker', (entry) => {
		const atOnce = imports.filter(({ isDynamic }) => !isDynamic);
		for (const client of ['bullmq', 'ioredis']) {
			expect(wayTo(imports, entry, client)).toBeDefined();
			expect(wayTo(atOnce, entry, client)).toBeUndefined();
		}
	});

	it.each(BOT_ENTRIES)('%s never reaches onnxruntime-node', (entry) => {
		expect(wayTo(imports, entry, 'onnxruntime-node')).toBeUndefined();
	});

	it.each(BOT_ENTRIES)('%s leaves fetching and decoding of uploads to readers', (entry) => {
		for (const file of ['decode-picture', 'fetch-picture']) {
			expect(wayTo(imports, entry, `src/uploads/${file}.ts`)).toBeUndefined();
			expect(wayTo(imports, 'src/uploads/reader.ts', `src/uploads/${file}.ts`)).toBeDefined();
		}
	});
});

describe('the checker', () => {
	const built: string[] = [];
	afterAll(() => Promise.all(built.map((root) => rm(root, { recursive: true }))));

	/** Writes these files into a new folder and reads its imports. */
	async function build(files: Readonly<Record<string, string>>): Promise<string> {
		const root = await mkdtemp(join(tmpdir(), 'flipside-imports-'));
		built.push(root);
		for (const [path, text] of Object.entries(files)) {
			await mkdir(dirname(join(root, path)), { recursive: true });
			await writeFile(join(root, path), text);
		}
		return root;
	}

	const importsOf = async (files: Readonly<Record<string, string>>) => readImports(await build(files), FOLDERS);

	const sound = {
		'src/main.ts': `import { list } from '../commands/index.ts'; import '../gpu/queue/local.ts'; console.log(list);`,
		'src/platforms/discord/client.ts': `import { Client } from 'discord.js'; new Client();`,
		'commands/index.ts': `import { job } from '../gpu/jobs/index.ts'; export const list = [job];`,
		'gpu/jobs/index.ts': `import type { Session } from '../onnx/session.ts'; export const job: Session = 1;`,
		'gpu/queue/local.ts': `export const runner = 1;`,
		'gpu/worker.ts': `import './onnx/session.ts';`,
		'gpu/onnx/session.ts': `import 'onnxruntime-node'; export type Session = number;`,
	};

	it('accepts sound code, ignoring type-only imports', async () => {
		const imports = await importsOf(sound);
		expect(imports).toHaveLength(6);
		expect(ruleBreakers(imports)).toEqual([]);
		expect(cycles(imports)).toEqual([]);
		expect(wayTo(imports, 'src/main.ts', 'onnxruntime-node')).toBeUndefined();
	});

	it.each([
		['gpu/jobs/index.ts', `import '../../commands/index.ts'; export const job = 1;`, 'goes up a floor'],
		['commands/index.ts', `import '../src/main.ts'; export const list = 1;`, 'goes up a floor'],
		['commands/index.ts', `await import('../gpu/worker.ts'); export const list = 1;`, 'not a public part'],
		['src/more.ts', `export * from '../gpu/onnx/session.ts';`, 'not a public part'],
		['gpu/onnx/session.ts', `import '../queue/local.ts';`, 'goes up a layer'],
		['gpu/tensor/tensor.ts', `import '../diffusion/noise.ts'; import '../errors.ts';`, 'goes up a layer'],
		['gpu/diffusion/schedule.ts', `import '../errors.ts'; import '../jobs/index.ts';`, 'goes up a layer'],
		['gpu/elsewhere/x.ts', `import '../jobs/index.ts';`, 'not in the list of parts'],
		['src/chat/live.ts', `import '../platforms/discord/client.ts';`, 'goes up a layer'],
		['src/store/rows.ts', `import '../store/more.ts'; import '../desk/desk.ts';`, 'goes up a layer'],
		['src/elsewhere/x.ts', `import '../store/more.ts';`, 'not in the list of parts'],
		['src/more.ts', `import '../bench/bench.ts';`, 'leaves the floors'],
		['commands/index.ts', `import 'discord.js'; export const list = 1;`, 'only ^src'],
		['src/operator/deploy.ts', `import 'discord.js';`, 'only ^src'],
		['src/more.ts', `import 'onnxruntime-node';`, 'only ^gpu'],
	])('finds the violation in %s: %s', async (path, text, rule) => {
		const others = {
			'gpu/diffusion/noise.ts': '',
			'gpu/errors.ts': '',
			'src/desk/desk.ts': '',
			'src/store/more.ts': '',
			'bench/bench.ts': '',
		};
		const broken = ruleBreakers(await importsOf({ ...sound, ...others, [path]: text }));
		expect(broken).toHaveLength(1);
		expect(broken[0]).toContain(path);
		expect(broken[0]).toContain(rule);
	});

	it('finds a cycle', async () => {
		const imports = await importsOf({
			...sound,
			'gpu/queue/local.ts': `import './child.ts';`,
			'gpu/queue/child.ts': `import './fair.ts';`,
			'gpu/queue/fair.ts': `export const local = () => import('./local.ts');`,
		});
		expect(cycles(imports)).toHaveLength(3);
		expect(cycles(imports)).toContain(
			'gpu/queue/local.ts -> gpu/queue/child.ts -> gpu/queue/fair.ts -> gpu/queue/local.ts',
		);
	});

	it('reads type imports', async () => {
		const root = await build({ ...sound, 'gpu/queue/local.ts': `import type {\n\tA,\n} from '../jobs/index.ts';` });
		const imports = await readTypeImports(root, FOLDERS);
		expect(imports).toContainEqual({
			from: 'gpu/queue/local.ts',
			to: 'gpu/jobs/index.ts',
			isPackage: false,
			isDynamic: false,
		});
	});

	it('finds a path from the bot to onnxruntime-node, including dynamic imports', async () => {
		const imports = await importsOf({ ...sound, 'gpu/queue/local.ts': `await import('../worker.ts');` });
		expect(wayTo(imports, 'src/main.ts', 'onnxruntime-node')).toEqual([
			'src/main.ts',
			'gpu/queue/local.ts',
			'gpu/worker.ts',
			'gpu/onnx/session.ts',
			'onnxruntime-node',
		]);
	});
});
