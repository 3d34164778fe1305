/**
 * The thread that threaded-session.ts starts: loads a model, and runs it for every message. Plain JavaScript, so that nothing has
 * to be compiled when it starts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';

/** @typedef {import('./session.ts').Feed} Feed */

const { model, options } = /** @type {import('./threaded-session.ts').ThreadData} */ (workerData);
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const session = await ort.InferenceSession.create(model, options);
/** @type {Record<string, ort.Tensor>} the latest feed of every name */
const inputs = {};

port.on('message', async (/** @type {import('./threaded-session.ts').ToThread} */ message) => {
	if (message === 'close') {
		await session.release();
		port.close();
		return;
	}
	try {
		for (const [name, feed] of Object.entries(message)) inputs[name] = toOrt(feed);
		const outputs = Object.entries(await session.run({ ...inputs })); // the next message may come before it starts
		port.postMessage({ outputs: outputs.map(([name, { data, dims }]) => [name, { data, shape: dims }]) });
	} catch (error) {
		port.postMessage({ error });
	}
});
port.postMessage('ready');

/** @param {Feed} feed @returns {ort.Tensor} */
function toOrt({ data, shape }) {
	return data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
}
