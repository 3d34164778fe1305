/** What the command line prints and writes, with the bundled models and real files. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pipe } from '../../fakes/pipe.ts';
import { startCommandLine } from './command-line.ts';

let directory: string;
type Started = Awaited<ReturnType<typeof startCommandLine>>;
let flipside: Started['flipside'];
let flipsideTaking: Started['flipsideTaking'];
let close: Started['close'];
beforeAll(async () => {
	({ directory, flipside, flipsideTaking, close } = await startCommandLine());
});
afterAll(() => close());

describe('a picture', () => {
	test('is described by one object with --json, and is reproducible', async () => {
		const words = [
			'generate',
			'a',
			'photo',
			'of',
			'a',
			'dog',
			'--seed',
			'180',
			'--steps',
			'3',
			'-q',
			'--json',
			'--out',
		];
		const first = await flipside(...words, 'one');
		expect(first.stderr).toBe('');
		expect(first.status).toBe(0);
		const answer = JSON.parse(first.stdout);
		expect(Object.keys(answer)).toEqual(['command', 'seed', 'images', 'text', 'seconds', 'job']);
		expect(answer).toMatchObject({
			command: 'generate',
			seed: 180,
			images: [{ path: join('one', 'generate-a-photo-of-a-dog-180.png'), width: 256, height: 256 }],
			job: { kind: 'generate', prompt: 'a photo of a dog', steps: 3, sampler: 'ddpm' },
		});
		expect(answer.images[0].alt).toContain('a photo of a dog');
		const png = await readFile(join(directory, answer.images[0].path));
		expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });

		// An existing name gets a number, and nothing is overwritten.
		const second = JSON.parse((await flipside(...words, 'one')).stdout);
		expect(second.images[0].path).toBe(join('one', 'generate-a-photo-of-a-dog-180-2.png'));
		for (const { path } of [answer.images[0], second.images[0]]) {
			expect((await readFile(join(directory, path))).equals(png)).toBe(true);
		}
		expect(JSON.parse((await flipside('show', answer.images[0].path, '--json')).stdout)).toMatchObject({
			command: 'generate',
			options: { prompt: 'a photo of a dog', seed: '180', steps: '3' },
			model: 'emoji-if',
		});
	});

	test('is made from a sketch for each start', async () => {
		const sketch = sharp({ create: { width: 90, height: 60, channels: 3, background: 'white' } });
		await sketch.jpeg().toFile(join(directory, 'sketch.jpg'));
		const run = await flipside('edit', 'sketch.jpg', 'a rocket ship', '--start', '1,2', '--steps', '3', '-q', '--json');
		expect(run.stderr).toBe('');
		const { images, job } = JSON.parse(run.stdout);
		const files = images.map(({ path }: { path: string }) => basename(path));
		const { seed } = job;
		expect(files).toEqual(['start-1', 'start-2', 'sheet'].map((part) => `edit-a-rocket-ship-${seed}-${part}.png`));
		expect(job).toMatchObject({ kind: 'edit', starts: [1, 2], sampler: 'course' });
	});

	test('follows a named list of timesteps', async () => {
		const blank = sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } });
		await blank.toFile(join(directory, 'blank.png'));
		const run = await flipside('edit', 'blank.png', '--start', '24', '--timesteps', 'fast27', '-q', '--json');
		expect(run.stderr).toBe('');
		const { text, job } = JSON.parse(run.stdout);
		expect(job).toMatchObject({ starts: [24], timesteps: 'fast27' });
		expect(text).toContain('(t = 44)');
		expect(text).toContain('the timesteps fast27');
	});

	test('is noised and denoised in several ways', async () => {
		const grey = sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } });
		await grey.toFile(join(directory, 'grey.png'));
		const [noise, denoise] = await Promise.all([
			flipside('noise', 'grey.png', '--t', '100', '--seed', '5', '-q', '--json', '--out', 'noise'),
			flipside('denoise', 'grey.png', '--steps', '6', '--seed', '5', '-q', '--json', '--out', 'denoise'),
		]);
		expect([noise.stderr, denoise.stderr]).toEqual(['', '']);
		expect(JSON.parse(noise.stdout).text).toMatch(/^grey.png, noisy, t = 100, PSNR \d\d\.\d dB: seed 5/);
		const paths = JSON.parse(denoise.stdout).images.map(({ path }: { path: string }) => basename(path));
		expect(paths).toEqual([
			'denoise-5-noisy-t-568.png',
			'denoise-5-blurred-t-568.png',
			'denoise-5-one-step-t-568.png',
			'denoise-5-iterative-t-568.png',
			'denoise-5-state-t-568.png',
			'denoise-5-compare-sheet.png',
		]);
	});

	test('can be an anagram, with its text on stdout without --json', async () => {
		const run = await flipside('anagram', 'a skull', 'a tree', '--steps', '2', '--seed', '7', '--quiet');
		expect(run.stderr).toBe('');
		const [text, path] = run.stdout.trim().split('\n');
		expect(text).toMatch(/^“a skull” \(upright\), also “a tree”: seed 7, 2 steps/);
		expect(path).toBe(join('out', 'anagram-a-skull-a-tree-7.png'));
	});

	test('can be asked for with a phone’s typographic quotes and dashes', async () => {
		const run = await flipside(...'anagram “a skull” ‘a tree’ —steps 1 —seed 7 —out curly —json —q'.split(' '));
		expect(run.stderr).toBe('');
		const { images, job } = JSON.parse(run.stdout);
		expect(job).toMatchObject({ prompts: ['a skull', 'a tree'], steps: 1, seed: 7 });
		expect(images[0].path).toBe(join('curly', 'anagram-a-skull-a-tree-7.png'));
	});
});

describe('--out', () => {
	const dog = ['generate', 'a', 'dog', '--seed', '5', '--steps', '1'];

	test('names the picture, and overwrites an existing file only if told to', async () => {
		expect((await flipside(...dog, '--out', 'dogs/dog.png')).stdout.split('\n')[1]).toBe('dogs/dog.png');
		const refused = await flipside(...dog, '--out', 'dogs/dog.png');
		expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/^out "dogs\/dog.png" already exists/)]);
		await writeFile(join(directory, 'dogs/dog.png'), 'old');
		expect((await flipside(...dog, '--out', 'dogs/dog.png', '--force')).status).toBe(0);
		expect((await sharp(join(directory, 'dogs/dog.png')).metadata()).width).toBe(256);
	});

	test('names the sheet of several pictures, and the others after it', async () => {
		const { stdout } = await flipside(...dog, '--count', '2', '--out', 'two.png');
		expect(stdout.trim().split('\n').slice(1)).toEqual(['two-1.png', 'two-2.png', 'two.png']);
		const sides = await Promise.all(
			['two.png', 'two-1.png'].map(async (name) => (await sharp(join(directory, name)).metadata()).width),
		);
		expect(sides[0]).toBeGreaterThan(sides[1]);
	});

	test('- writes only the picture, and edit - reads one', async () => {
		const made = await flipside(...dog, '--out', '-');
		expect(made.stderr).toMatch(/^“a dog”: seed 5/m);
		expect((await sharp(made.bytes).metadata()).format).toBe('png');
		const edited = await flipsideTaking(
			made.bytes,
			'edit',
			'-',
			'a cat',
			'--start',
			'1',
			'--steps',
			'2',
			'-q',
			'--json',
		);
		expect(edited.stderr).toBe('');
		expect(JSON.parse(edited.stdout).text).toMatch(/^stdin as “a cat”/);
		expect((await flipside(...dog, '--out', '-', '-q')).stderr).toBe('');
	});
});

describe('a mistake ends with status 2 and one line', () => {
	test.each([
		[['generate', '--seed', 'abc'], /^seed must be/],
		[['generate', '--steps', '0'], /^steps must be/],
		[['generate', '--colour', 'red'], /^\/generate has no option "colour"/],
		[['generate', 'a dog', '--jsn'], /^\/generate has no option "jsn" \(did you mean "json"\?\); its options/],
		[['--hlep'], /^flipside has no option "--hlep" \(did you mean "help"\?\); its options are --out, /],
		[['doctor', '--jsn'], /^doctor has no option "--jsn" \(did you mean "json"\?\); its options are --json, --help\./],
		[['backup', '--quiet'], /^backup takes one file name/],
		[['backup', ''], /^backup takes one file name/],
		[['models', 'pull', 'x', '--dry-rum'], /^models pull has no option "--dry-rum" \(did you mean "dry-run"\?\); its/],
		[['paint'], /^There is no command "paint"/],
		[['generate', 'a d\ufffdg'], /^"a d\ufffdg" is not in UTF-8, so characters of it are lost; type it in a terminal/],
		[['constructor'], /^There is no command "constructor"/],
		[['words', 'ad', 'zombie'], /^\/words has no verb "ad" \(did you mean "add"\?\)/],
		[['words'], /^\/words needs a verb, one of add, remove, list/],
		[['cuda'], /^cuda needs a verb: cuda check or cuda install\./],
		[['cuda', '--json'], /^cuda needs a verb/],
		[['cuda', 'check', 'x'], /^cuda check takes no words; got "x"/],
		[['cuda', 'install', 'all'], /^cuda install takes no words; got "all"/],
		[['generate', '--toString'], /^\/generate has no option "toString"; its options/],
		[
			['generate', '--steps', '1', '--out', 'white.png'],
			/^out "white.png" already exists; give another name, or add --force/,
		],
		[['generate', '--steps', '1', '--out', 'notes.txt'], /^out "notes.txt" is a file; give a folder/],
		[['generate', '--steps', '1', '--out', 'dog.jpg'], /^out "dog.jpg" cannot be used: pictures are saved as PNG/],
		[['generate', '--out', '-', '--json'], /^Give either --json or --out -/],
		[['edit', '-'], /^stdin is empty; send a PNG/],
		[['help', 'paint'], /^There is no command "paint"/],
		[['anagarm', '--help'], /^There is no command "anagarm" \(did you mean "anagram"\?\)/],
		[['completion', 'tcsh'], /^completion needs the name of a shell, one of bash, zsh, fish/],
		[['show', 'white.png'], /^white.png does not say how it was made/],
		[['anagram', 'a', 'b', '--view', 'blurr'], /^view must be .*flip/],
		[['edit', 'nowhere.png'], /^image "nowhere.png" cannot be read/],
		[['edit', 'pipe.png'], /^image "pipe.png" cannot be read; give the path of a picture file/],
		[['generate', '--embeddings', 'pipe.png'], /^embeddings "pipe.png" cannot be read; give the path of a file of/],
		[['edit', 'https://127.0.0.1/secret.png'], /^https:.* leads to a network that is not public/],
		[['inpaint', 'white.png', '--steps', '1'], /^Say what should be redrawn: by a mask/],
		[['edit', 'white.png', '--start', '40'], /start/],
		[['edit', 'notes.png'], /^notes.png is not a picture/],
		[['edit', 'white.png', '--timesteps', 'fast27', '--steps', '9'], /^Give either steps or timesteps, not both/],
		[['denoise', 'white.png', '--kernel', '8'], /^kernel must be an odd number from 1 to 127/],
		[['noise', 'white.png', '--t', '1000'], /^t must be/],
		[['generate', '--out'], /^out needs a value/],
		[['deploy'], /^DISCORD_TOKEN is missing/],
	])('%j', async (words, line) => {
		await writeFile(join(directory, 'notes.png'), 'not a picture');
		await writeFile(join(directory, 'notes.txt'), 'no picture either');
		pipe(join(directory, 'pipe.png'));
		await sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } }).toFile(
			join(directory, 'white.png'),
		);
		const { status, stdout, stderr } = await flipside(...words);
		expect(stderr).toMatch(line);
		expect(stderr.trimEnd()).not.toContain('\n');
		expect(stdout).toBe('');
		expect(status).toBe(2);
	});
});

test('commands of two words work, and their effect is kept between runs', async () => {
	expect((await flipside('words', 'add', 'zombie')).stdout).toBe('“zombie” is now forbidden.\n');
	const [listed, refused, help] = await Promise.all([
		flipside('words', 'list'),
		flipside('generate', 'a', 'zombie'),
		flipside('words', 'add', '-h'),
	]);
	expect(listed.stdout).toBe('Forbidden: zombie.\n');
	expect([refused.status, refused.stderr]).toEqual([
		2,
		expect.stringMatching(/^This request contains a word that the class's word list forbids/),
	]);
	expect(help.stdout.split('\n')[2]).toBe('Forbid a word in every text of every request. In chats for staff only.');
});

test('manifest --link works as the guide to Slack has it', async () => {
	for (const option of ['--link', '—link']) {
		const { status, stdout, stderr } = await flipside('manifest', option);
		expect([status, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(/^https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=\S+\n$/);
	}
});

test('help, models and prompts work', async () => {
	const [help, models, prompts] = await Promise.all([flipside('--help'), flipside('models'), flipside('prompts')]);
	expect(help.stdout).toMatch(/^ {2}generate +Make a picture from a prompt$/m);
	expect(help.stdout).toMatch(/^For the operator:\n {2}setup /m);
	expect(models.stdout).toContain('emoji-if (the default)');
	expect(prompts.stdout).toContain('a lithograph of a skull');
	expect([help.status, models.status, prompts.status]).toEqual([0, 0, 0]);
});
