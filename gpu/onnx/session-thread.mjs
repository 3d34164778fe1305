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
/** One message after the other: a run that cannot begin must not be answered before those that have. */
let dealtWith = Promise.resolve();
port.on('message', (/** @type {import('./threaded-session.ts').ToThread} */ message) => {
	dealtWith = dealtWith.then(() => (message === 'close' ? close() : run(message)));
});
port.postMessage('ready');

/** @param {Readonly<Record<string, Feed>>} feeds those that have changed */
async function run(feeds) {
	try {
		for (const [name, feed] of Object.entries(feeds)) inputs[name] = toOrt(feed);
		const outputs = Object.entries(await session.run(inputs));
		port.postMessage({ outputs: outputs.map(([name, { data, dims }]) => [name, { data, shape: dims }]) });
	} catch (error) {
		port.postMessage({ error });
	}
}

async function close() {
	await session.release();
	port.close();
}

/** @param {Feed} feed @returns {ort.Tensor} */
function toOrt({ data, shape }) {
	return data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
}
