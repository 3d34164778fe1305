import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOf } from '../../../src/base/build.ts';
import { VERSION } from '../../../src/base/version.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'flipside-build-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(root: string, files: Readonly<Record<string, string>>): string {
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), content);
	}
	return root;
}

const PROGRAM = {
	'node_modules/bullmq/package.json': '{"version":"6.0.0"}',
	'gpu/worker.ts': 'start();',
	'gpu/queue/protocol.ts': 'type Message = string;',
	'assets/models/digits/time/unet.safetensors': 'weights',
};

test('this program has a build of its version', () => expect(buildOf()).toMatch(RegExp(`^${VERSION}\\+[0-9a-f]{12}$`)));

test('a copy is the same build, whatever else is in it', () => {
	const original = write(join(folder, 'original'), PROGRAM);
	const copy = join(folder, 'copy');
	cpSync(original, copy, { recursive: true });
	write(copy, {
		'src/cli.ts': 'other',
		'gpu/.DS_Store': 'x',
		'gpu/worker.ts~': 'x',
		'gpu/.idea/workspace.ts': 'x',
		'gpu/worker.ts.orig': 'x',
		'assets/models/digits/MODEL_CARD.md': 'x',
	});
	expect(buildOf(copy)).toBe(buildOf(original));
});

test.each<Readonly<Record<string, string>>>([
	{ 'gpu/queue/protocol.ts': 'type Message = number;' },
	{ 'gpu/queue/more.ts': '' },
	{ 'assets/models/digits/time/unet.safetensors': 'others' },
	{ 'node_modules/bullmq/package.json': '{"version":"7.0.0"}' },
])('another of what runs jobs is another build: %j', (change) => {
	const original = write(join(folder, 'original'), PROGRAM);
	const other = write(join(folder, 'other'), { ...PROGRAM, ...change });
	expect(buildOf(other)).not.toBe(buildOf(original));
});
