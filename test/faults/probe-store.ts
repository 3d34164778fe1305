/** Opens the database of a data directory as a bot does, and reads everything in it. */
import { ModerationStore } from '../../src/store/moderation.ts';
import { openStore } from '../../src/store/open.ts';
import { PaceStore } from '../../src/store/paces.ts';
import { PromptFileStore } from '../../src/store/prompt-files.ts';
import { RequestStore } from '../../src/store/requests.ts';
import { answerProbes } from './answer-probes.ts';

answerProbes(async (dataDir: string) => {
	const notes: string[] = [];
	const { database, close } = openStore(dataDir, true, (sentence) => notes.push(sentence));
	try {
		const store = new RequestStore(database);
		store.open();
		store.newest('test', 1000);
		store.lastEnded(30_000);
		const moderation = new ModerationStore(database);
		for (const request of store.newest('test', 3)) store.save(request);
		moderation.words();
		moderation.in('test:c').settings();
		moderation.in('test:c').reports();
		moderation.in('test:c').blocked();
		new PaceStore(database).all();
		new PromptFileStore(database).of('test:ann');
		return notes;
	} finally {
		close();
	}
});
