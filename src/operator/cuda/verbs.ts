/** The operator's verbs for NVIDIA GPUs: what is missing so that ONNX Runtime can use one, and how to get it. */
import { optionIn } from '../../../commands/lib/typed-option.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { lookForGpus } from '../../../gpu/queue/gpus.ts';
import { type Finding, fail, line, ok } from '../../base/finding.ts';
import { printableJson } from '../../base/printable.ts';
import { untilInterrupted } from '../interrupted.ts';
import { type OperatorVerb, type Order, refuseWords } from '../verb.ts';

export const cudaVerbs: Readonly<Record<string, OperatorVerb>> = {
	'cuda check': {
		summary: 'Say what ONNX Runtime lacks to use an NVIDIA GPU; exit status 1 if something is missing',
		usage: '',
		example: '',
		json: true,
		run: checkVerb,
	},
	'cuda install': {
		summary: 'Download what ONNX Runtime lacks to use an NVIDIA GPU, on Linux',
		usage: '',
		example: '',
		options: { 'dry-run': 'Only list the files, with their sizes' },
		long: true,
		run: installVerb,
	},
};

const INSTALL = 'missing; cuda install downloads it';

/** The oldest driver for CUDA 13. */
const OLDEST_DRIVER = 580;

async function checkVerb({ words, json, config, print }: Order): Promise<number> {
	refuseWords('cuda check', words);
	refuseElsewhere();
	const { findLibraries } = await import('./libraries.ts');
	const { nvidia, driver, cuda } = lookForGpus();
	const findings: readonly Finding[] = [
		checkDriver(nvidia, driver),
		cuda.exists ? ok('ONNX Runtime', cuda.path) : fail('ONNX Runtime', `its CUDA library is ${INSTALL}`),
		...[...findLibraries(config().dataDir)].map(([{ file }, path]) => (path ? ok(file, path) : fail(file, INSTALL))),
	];
	// Without a GPU the libraries would be of no use.
	const shown = nvidia ? findings : findings.slice(0, 1);
	const isComplete = shown.every(({ status }) => status === 'ok');
	if (json) print(printableJson({ ok: isComplete, checks: shown }));
	else print(shown.map(line).join('\n'));
	return isComplete ? 0 : 1;
}

function checkDriver(nvidia: boolean, driver: string | undefined): Finding {
	const name = 'NVIDIA driver';
	if (!nvidia) return fail(name, 'not found; without an NVIDIA GPU and its driver, CUDA cannot be used');
	if (driver === undefined) return ok(name, 'installed');
	if (Number.parseInt(driver, 10) >= OLDEST_DRIVER) return ok(name, driver);
	return fail(name, `${driver} is too old for CUDA 13; install ${OLDEST_DRIVER} or newer`);
}

/** @throws {UserError} on systems for which ONNX Runtime has no CUDA library here */
function refuseElsewhere(): void {
	if (process.platform === 'linux') return;
	throw new UserError(
		'CUDA is for Linux; elsewhere the bot uses NVIDIA’s GPUs through WebGPU, which needs no library.',
	);
}

async function installVerb(order: Order): Promise<number> {
	const { words, print, complain, meter } = order;
	const isDryRun = (word: string) => optionIn(word, ['dry-run']) !== undefined;
	refuseWords(
		'cuda install',
		words.filter((word) => !isDryRun(word)),
	);
	refuseElsewhere();
	if (!lookForGpus().nvidia) complain('No NVIDIA driver was found here; the libraries are of use once there is one.');
	const { dataDir, packageIndex: index } = order.config();
	const { bytesOf, install, planInstall } = await import('./install.ts');
	const { realDisk } = await import('../download/disk.ts');
	const { PATIENT } = await import('../download/download.ts');
	const { sizeText } = await import('../../../commands/lib/size-text.ts');
	return untilInterrupted(
		async (signal) => {
			const means = { dataDir, index, disk: realDisk, patience: PATIENT, meter, signal };
			if (words.some(isDryRun)) {
				const planned = await planInstall(means);
				const lines = planned.map(({ wheel: { size, name } }) => `${sizeText(size).padStart(10)}  ${name}`);
				print(
					[
						...lines,
						`${sizeText(bytesOf(planned))} to download; ${sizeText(await realDisk.free(dataDir))} is free.`,
					].join('\n'),
				);
				return 0;
			}
			const total = await install(means);
			const came = total === 0 ? 'Nothing was missing.' : `${sizeText(total)} came.`;
			print(`${came} Restart the bot; doctor says which device it uses, and why.`);
			return 0;
		},
		() => complain('Stopped; what has arrived is kept, and cuda install resumes there.'),
	);
}
