/** A data directory beside a hub that has DeepFloyd in small, for tests of what is pulled into it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeterState } from '../../../../src/base/meter.ts';
import { realDisk } from '../../../../src/operator/download/disk.ts';
import { Hub } from '../../../../src/operator/models/hub.ts';
import { type Pulled, type PullMeans, type PullOptions, pull } from '../../../../src/operator/models/pull.ts';
import { findRepository } from '../../../../src/operator/models/repositories.ts';
import { downloadRepository, STAGE_1, STAGE_2 } from '../../../fakes/deepfloyd.ts';
import { FakeHub } from '../../../fakes/hub.ts';

export const OTHER_STAGE_1 = 'IF-I-L-v1.0';

export const WEIGHTS = 'unet/diffusion_pytorch_model.fp16.safetensors';

/** What published repositories have and nobody needs here. */
const NEEDLESS = {
	'unet/diffusion_pytorch_model.bin': 'a pickle',
	'unet/diffusion_pytorch_model.safetensors': 'in full precision',
	'text_encoder/pytorch_model.fp16.bin': 'a pickle',
	'safety_checker/model.fp16.safetensors': 'a network',
};

export async function startPuller() {
	const directory = mkdtempSync(join(tmpdir(), 'flipside-pull-'));
	const dataDir = join(directory, 'data');
	const fake = await new FakeHub().start();
	for (const [name, from] of [
		[STAGE_1, STAGE_1],
		[OTHER_STAGE_1, STAGE_1],
		[STAGE_2, STAGE_2],
	]) {
		fake.add(`DeepFloyd/${name}`, downloadRepository(join(directory, 'published', name), from), NEEDLESS);
	}
	const shown: MeterState[] = [];
	const means = (more: Partial<PullMeans> & { readonly token?: string } = {}): PullMeans => ({
		dataDir,
		folders: [join(dataDir, 'models')],
		hub: new Hub({ endpoint: fake.endpoint, token: more.token, home: join(directory, 'home') }),
		disk: realDisk,
		meter: (state) => void (state && shown.push(state)),
		patience: { pausesMs: [1, 1], stallMs: 10_000 },
		signal: new AbortController().signal,
		...more,
	});
	return {
		directory,
		dataDir,
		fake,
		shown,
		means,
		places: { dataDir, folders: [join(dataDir, 'models')] },
		/** A path in the folder of models. */
		at: (...path: string[]) => join(dataDir, 'models', ...path),
		pull: (name: string, more: Parameters<typeof means>[0] & Partial<PullOptions> = {}): Promise<Pulled> =>
			pull(findRepository(name), { dryRun: false, encoder: true, ...more }, means(more)),
		close() {
			fake.close();
			rmSync(directory, { recursive: true });
		},
	};
}

export type Puller = Awaited<ReturnType<typeof startPuller>>;
