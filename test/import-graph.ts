/** Reads the imports between source files (except type-only ones), and checks them against the layering. */
import { readdir, readFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { build } from 'esbuild';

export interface Import {
	/** Path of the importing file from the root, with forward slashes. */
	readonly from: string;
	/** Path of the imported file, or the name of a package. */
	readonly to: string;
	readonly isPackage: boolean;
	/** A dynamic import, which is loaded only when the code runs it. */
	readonly isDynamic: boolean;
}

/** All imports between the TypeScript files in `folders` of `root`, static and dynamic. */
export async function readImports(root: string, folders: readonly string[]): Promise<readonly Import[]> {
	const { metafile } = await build({
		absWorkingDir: root,
		entryPoints: (await Promise.all(folders.map((folder) => sourcesIn(root, folder)))).flat(),
		bundle: true,
		packages: 'external',
		platform: 'node',
		format: 'esm',
		// Otherwise esbuild would drop imports whose names are only used as types, though Node runs them.
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
		metafile: true,
		write: false,
		outdir: 'unused',
		logLevel: 'silent',
	});
	return Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
		imports.map(({ path, external, kind }) => {
			return { from, to: path, isPackage: external === true, isDynamic: kind === 'dynamic-import' };
		}),
	);
}

/** The type-only imports between these files, which do not run but still are dependencies. */
export async function readTypeImports(root: string, folders: readonly string[]): Promise<readonly Import[]> {
	const files = (await Promise.all(folders.map((folder) => sourcesIn(root, folder)))).flat();
	const found = files.map(async (from) => {
		const text = await readFile(join(root, from), 'utf8');
		const paths = [...text.matchAll(/^(?:im|ex)port type [^;]*? from '(\.[^']+)';/gm)].map(([, path]) => path);
		return paths.map((path) => ({ from, to: posix.join(posix.dirname(from), path) }));
	});
	return (await Promise.all(found)).flat().map((edge) => ({ ...edge, isPackage: false, isDynamic: false }));
}

async function sourcesIn(root: string, folder: string): Promise<string[]> {
	const files = await readdir(join(root, folder), { recursive: true });
	return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file).split(sep).join('/'));
}

/** Floors, lowest first. A file imports from its own floor and those before it. */
const FLOORS = ['gpu', 'commands', 'src'];

/** The layers of gpu/, lowest first. A file imports from its own layer and those before it. */
const GPU_LAYERS = [
	[
		'clean-caption.ts',
		'device.ts',
		'emoji.ts',
		'errors.ts',
		'explain-issue.ts',
		'free-memory.ts',
		'quoted.ts',
		'remember.ts',
		'write-whole.ts',
	],
	['tensor'],
	['diffusion', 'onnx'],
	['views'],
	['jobs'],
	['models'],
	['pipelines', 'training'],
	['queue', 'self-test', 'self-test.ts', 'training-process.ts', 'worker', 'worker.ts'],
];

/** The layers of src/, likewise. */
const SRC_LAYERS = [
	['base', 'ending.ts'],
	['store', 'uploads', 'drawing', 'inference.ts', 'remote.ts'],
	['desk'],
	['chat', 'compose.ts', 'local-socket', 'metrics', 'readiness.ts'],
	['platforms', 'backend-connection.ts'],
	['operator'],
	['command-line'],
	['availability.ts', 'bot.ts', 'cli.ts', 'main.ts', 'start.ts'],
];

const LAYERS: Readonly<Record<string, readonly (readonly string[])[]>> = { gpu: GPU_LAYERS, src: SRC_LAYERS };

/** What src/ and commands/ may import from gpu/. */
const PUBLIC_GPU =
	/^gpu\/(queue\/.*|jobs\/index\.ts|diffusion\/.*|views\/index\.ts|(?:remember|emoji|clean-caption|write-whole)\.ts|tensor\/(?:levels|sharp)\.ts|models\/(?:directories|embeddings\/dictionary)\.ts)$/;

/** The contracts in gpu/queue. Commands must not import the rest, which runs the queue. */
const QUEUE_CONTRACTS = /^gpu\/queue\/(blobs|results|runner|training-runner)\.ts$/;

/** Packages that only some folders may import. */
const CONFINED: Readonly<Record<string, RegExp>> = {
	'onnxruntime-node': /^gpu\/onnx\//,
	'discord.js': /^src\/platforms\/discord\//,
	'@slack/bolt': /^src\/platforms\/slack\//,
	'@huggingface/hub': /^src\/operator\/models\//,
	'prom-client': /^src\/metrics\//,
	bullmq: /^gpu\/queue\/broker\//,
	ioredis: /^gpu\/queue\/broker\//,
};

/** Describes every import that goes up a floor or layer, to a private part of gpu/, or to a confined package. */
export function ruleBreakers(imports: readonly Import[]): string[] {
	return imports.flatMap(({ from, to, isPackage }) => {
		const broken = isPackage ? packageRule(from, to) : fileRule(from, to);
		return broken ? [`${from} -> ${to}: ${broken}`] : [];
	});
}

function packageRule(from: string, to: string): string | undefined {
	const allowed = CONFINED[to];
	return allowed && !allowed.test(from) ? `only ${allowed.source} may import ${to}` : undefined;
}

function fileRule(from: string, to: string): string | undefined {
	const [fromFloor, fromPart] = from.split('/');
	const [toFloor, toPart] = to.split('/');
	if (!FLOORS.includes(toFloor)) return 'leaves the floors';
	if (FLOORS.indexOf(toFloor) > FLOORS.indexOf(fromFloor)) return 'goes up a floor';
	if (toFloor === 'gpu' && fromFloor !== 'gpu' && !PUBLIC_GPU.test(to)) return 'is not a public part of gpu/';
	if (fromFloor === 'commands' && to.startsWith('gpu/queue/') && !QUEUE_CONTRACTS.test(to)) {
		return 'is no contract of the queue';
	}
	const layers = LAYERS[fromFloor];
	if (toFloor !== fromFloor || !layers) return undefined;
	const [fromLayer, toLayer] = [fromPart, toPart].map((part) => layers.findIndex((parts) => parts.includes(part)));
	if (fromLayer === -1 || toLayer === -1) return `is not in the list of parts of ${fromFloor}/`;
	return toLayer > fromLayer ? 'goes up a layer' : undefined;
}

/** A path of imports from `entry` to `target` (a file or a package), or undefined. */
export function wayTo(imports: readonly Import[], entry: string, target: string): string[] | undefined {
	return wayAlong(byImporter(imports), entry, target);
}

/** The imports of each file. */
type Graph = ReadonlyMap<string, readonly Import[]>;

function byImporter(imports: readonly Import[]): Graph {
	const graph = new Map<string, Import[]>();
	for (const one of imports) graph.set(one.from, [...(graph.get(one.from) ?? []), one]);
	return graph;
}

function wayAlong(graph: Graph, entry: string, target: string): string[] | undefined {
	const cameFrom = new Map<string, string | undefined>([[entry, undefined]]);
	for (const file of cameFrom.keys()) {
		// A breadth-first search: the loop also visits keys that are added below.
		for (const { to } of graph.get(file) ?? []) if (!cameFrom.has(to)) cameFrom.set(to, file);
	}
	if (!cameFrom.has(target)) return undefined;
	const way: string[] = [];
	for (let file: string | undefined = target; file !== undefined; file = cameFrom.get(file)) way.unshift(file);
	return way;
}

/** The cycles of imports, one for each import that closes one. */
export function cycles(imports: readonly Import[]): string[] {
	const graph = byImporter(imports);
	return imports.flatMap(({ from, to, isPackage }) => {
		const back = isPackage ? undefined : wayAlong(graph, to, from);
		return back ? [[from, ...back].join(' -> ')] : [];
	});
}
