/** Inspects and opens a model directory, or reads a file of embeddings, as the worker and the bot do. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ModelLibrary } from '../../gpu/models/library.ts';
import { readEmbeddings } from '../../src/uploads/embeddings.ts';
import { answerProbes } from './answer-probes.ts';

answerProbes(async (what: { readonly directory: string; readonly open: boolean } | { readonly embeddings: string }) => {
	if ('embeddings' in what) {
		await readEmbeddings(readFileSync(what.embeddings), basename(what.embeddings));
		return [];
	}
	const library = new ModelLibrary();
	await library.summarise(basename(what.directory), what.directory);
	if (!what.open) return [];
	const opened = await library.open(what.directory, { provider: 'cpu', threads: 1 });
	await opened.encoder.close();
	await opened.close();
	return [];
});
