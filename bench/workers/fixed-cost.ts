/** A worker whose jobs take a fixed time, JOB_MS milliseconds, and no processor: what it makes is a grey dot. */
import { setTimeout as sleep } from 'node:timers/promises';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import type { FromWorker, ToWorker } from '../../gpu/queue/protocol.ts';
import { encodePng } from '../../gpu/tensor/image.ts';
import { tensor } from '../../gpu/tensor/tensor.ts';
import { MODEL } from './model.ts';

const { DATA_DIR, JOB_MS } = process.env as Readonly<Record<'DATA_DIR' | 'JOB_MS', string>>;
const dot = await encodePng(tensor(new Float32Array(3), [3, 1, 1]));
const blobs = createLocalBlobStore(blobDirectory(DATA_DIR));

process.on('message', async (message: ToWorker) => {
	if (message.type === 'models') say({ type: 'models', models: { usable: [MODEL], damaged: [] } });
	if (message.type !== 'run') return;
	const { id, job } = message;
	await sleep(Number(JOB_MS));
	const image = { blob: await blobs.put(dot), width: 1, height: 1, seed: 'seed' in job ? job.seed : 0 };
	say({ id, type: 'done', result: { images: [image], notes: [] } });
});
process.on('disconnect', () => process.exit());
say({ type: 'ready' });

function say(message: FromWorker): void {
	process.send?.(message);
}
