/** The operator's verbs for NVIDIA GPUs: what is missing so that ONNX Runtime can use one, and how to get it. */
import { optionIn } from '../../../commands/lib/typed-option.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { lookForGpus } from '../../../gpu/queue/gpus.ts';
import { type Finding, fail, line, ok } from '../../base/finding.ts';
import { printableJson } from '../../base/printable.ts';
import { untilInterrupted } from '../interrupted.ts';
import type { OperatorVerb, Order } from '../verb.ts';

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

const INSTALL = 'cuda install downloads it';

async function checkVerb({ words, json, config, print }: Order): Promise<number> {
	if (words.length > 0) throw new UserError(`cuda check takes no words; got "${words[0].slice(0, 40)}".`);
	const { findLibraries } = await import('./libraries.ts');
	const { nvidia, cuda } = lookForGpus();
	const findings: readonly Finding[] = [
		nvidia
			? ok('NVIDIA driver', 'installed')
			: fail('NVIDIA driver', 'not found; without an NVIDIA GPU and its driver, CUDA cannot be used'),
		cuda.exists ? ok('ONNX Runtime', cuda.path) : fail('ONNX Runtime', `its CUDA library is missing; ${INSTALL}`),
		...[...findLibraries(config().dataDir)].map(([{ file }, path]) =>
			path ? ok(file, path) : fail(file, `missing; ${INSTALL}`),
		),
	];
	const isComplete = findings.every(({ status }) => status === 'ok');
	if (json) print(printableJson({ ok: isComplete, checks: findings }));
	else print(findings.map(line).join('\n'));
	return isComplete ? 0 : 1;
}

async function installVerb(order: Order): Promise<number> {
	const { words, print, complain, meter } = order;
	const given = words.map((word) => optionIn(word, ['dry-run'])?.name);
	const other = words.find((_, i) => given[i] === undefined);
	if (other !== undefined) throw new UserError(`cuda install takes no words; got "${other.slice(0, 40)}".`);
	if (process.platform !== 'linux') {
		throw new UserError(
			'CUDA is for Linux; elsewhere the bot uses NVIDIA’s GPUs through WebGPU, which needs no library.',
		);
	}
	const { dataDir, packageIndex: index } = order.config();
	const { install, planInstall } = await import('./install.ts');
	const { realDisk } = await import('../download/disk.ts');
	const { PATIENT } = await import('../download/download.ts');
	const { sizeText } = await import('../../../commands/lib/size-text.ts');
	return untilInterrupted(
		async (signal) => {
			const means = { dataDir, index, disk: realDisk, patience: PATIENT, meter, signal };
			const planned = await planInstall(means);
			const total = planned.reduce((sum, { wheel }) => sum + wheel.size, 0);
			if (given.length > 0) {
				const lines = planned.map(({ wheel: { size, name } }) => `${sizeText(size).padStart(10)}  ${name}`);
				print(
					[...lines, `${sizeText(total)} to download; ${sizeText(await realDisk.free(dataDir))} is free.`].join('\n'),
				);
				return 0;
			}
			await install(planned, means);
			print(
				total === 0
					? 'Nothing was missing. Restart the bot; doctor says which device it uses, and why.'
					: `${sizeText(total)} came. Restart the bot; doctor says which device it uses, and why.`,
			);
			return 0;
		},
		() => complain('Stopped; what has arrived is kept, and cuda install resumes there.'),
	);
}
