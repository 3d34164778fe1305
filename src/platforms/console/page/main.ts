/** The entry point of the console's page. */
import { modelsFor } from '../../../../commands/lib/models-for.ts';
import type { WireModel } from '../wire.ts';
import { fetchMe, fetchModels, fetchRegistry, listen } from './api.ts';
import { Attention, notifyButton } from './attention.ts';
import { Composer } from './composer.ts';
import { byId, iconButton } from './dom.ts';
import { listenForFiles } from './drop.ts';
import { forgetOld } from './kept.ts';
import { meButton } from './me.ts';
import { offerForm } from './offer-form.ts';
import { openResults } from './results.ts';
import { Thread } from './thread.ts';
import { examples, otherCommands } from './welcome.ts';

async function start(): Promise<void> {
	const [registry, me] = await Promise.all([fetchRegistry(), fetchMe()]);
	if ('error' in registry || 'error' in me) {
		byId('offline').hidden = false;
		setTimeout(() => location.reload(), 2000);
		return;
	}
	const attention = new Attention();
	const composer = new Composer(registry, knownModels(), (id) => thread.asked(id));
	const use = (file: File, droppedOn?: Element) => composer.attach(file, droppedOn);
	const thread: Thread = new Thread(byId('thread'), byId('dock'), {
		attention,
		me,
		use,
		fill: (form) => void composer.fill(form),
		onFocusLost: () => composer.focus(),
		onCount: (messages) => {
			byId('welcome').hidden = messages > 0;
		},
	});
	byId('composer').append(composer.element);
	byId('top-tools').append(iconButton('gallery', 'All results', () => void openResults()));
	const bell = notifyButton();
	if (bell) byId('top-tools').append(bell);
	byId('top-tools').append(meButton(me));
	byId('examples').append(...examples(registry, (example) => void composer.run(example)));
	byId('others').append(...otherCommands(registry, (command) => composer.open(command)));
	listenForFiles(byId('dropping'), (file, droppedOn, isOwn) => {
		void use(file, droppedOn);
		if (!isOwn) void offerForm(file, (form) => void composer.fill(form));
	});
	listen(
		(event) => thread.apply(event),
		(there) => {
			byId('offline').hidden = there;
		},
	);
	document.addEventListener('keydown', ({ key, target }) => {
		const writes = target instanceof Element && target.closest('input, textarea, select, dialog');
		// The focus moves before the key is typed, so the slash lands in the box.
		if (key === '/' && !writes) composer.focus();
	});
	composer.focus();
	void composer.restore();
	void forgetOld().catch(() => {});
}

/** Shows in the page's header which model is used, or why there is none. */
async function knownModels(): Promise<readonly WireModel[]> {
	const status = byId('model');
	status.textContent = 'Loading the model…';
	status.dataset.state = 'loading';
	const models = await fetchModels();
	if ('error' in models) {
		status.textContent = models.error;
		status.dataset.state = 'failed';
		return [];
	}
	const [model] = modelsFor({}, models);
	status.textContent = model?.name ?? 'No model is installed';
	status.title = model?.summary ?? '';
	status.dataset.state = model ? 'ready' : 'failed';
	return models;
}

void start();
