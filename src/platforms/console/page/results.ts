/** The dialog with all results, for searching, marking favourites and exporting. */
import type { WireResult } from '../wire.ts';
import { announce, toast } from './announce.ts';
import { exportResults, fetchResults } from './api.ts';
import { untilClosed } from './dialog.ts';
import { h, icon, iconButton } from './dom.ts';
import { typedLine } from './typed-line.ts';
import { openViewer } from './viewer.ts';

/** The key in localStorage for the ids of favourites. */
const FAVOURITES = 'favourites';

/** How long after the last key the search starts, in milliseconds. */
const PAUSE_MS = 250;

export function openResults(): Promise<void> {
	const favourites = new Set<string>(JSON.parse(localStorage.getItem(FAVOURITES) ?? '[]'));
	const selected = new Set<string>();
	let shown: WireResult[] = [];
	let asked = 0;
	let timer = 0;

	const search = h('input', { type: 'search', placeholder: 'Search prompts', 'aria-label': 'Search prompts' });
	const only = h('input', { type: 'checkbox' });
	const list = h('ul', { class: 'results' });
	const none = h('p', { class: 'hint', role: 'status' });
	const more = h('button', { type: 'button', class: 'plain', hidden: true }, 'Show older results');
	const take = h('button', { type: 'button', class: 'primary' });
	const close = iconButton('close', 'Close', () => dialog.close());
	const dialog = h(
		'dialog',
		{ class: 'all-results', 'aria-labelledby': 'results-title' },
		h('div', { class: 'dialog-head' }, h('h2', { id: 'results-title' }, 'All results'), close),
		h('div', { class: 'tools' }, search, h('label', { class: 'only' }, only, 'Favourites only'), take),
		h('div', { class: 'results-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Results' }, none, list, more),
	);

	const render = () => {
		const listed = shown.filter(({ id }) => !only.checked || favourites.has(id));
		const pictures = listed.flatMap((result) => result.pictures);
		list.replaceChildren(...listed.map((result) => item(result, pictures.indexOf(result.pictures[0]))));
		none.textContent = listed.length > 0 ? '' : 'No results found.';
		renderTake();

		function item(result: WireResult, at: number): HTMLElement {
			const { id, line } = result;
			const [picture] = result.pictures;
			const select = h('input', { type: 'checkbox', checked: selected.has(id), 'aria-label': `Select ${line}` });
			select.addEventListener('change', () => {
				select.checked ? selected.add(id) : selected.delete(id);
				renderTake();
			});
			const star = h('button', { type: 'button', class: 'icon', 'aria-label': `Favourite: ${line}` }, icon('star'));
			const renderStar = () => star.setAttribute('aria-pressed', String(favourites.has(id)));
			star.addEventListener('click', () => {
				favourites.has(id) ? favourites.delete(id) : favourites.add(id);
				localStorage.setItem(FAVOURITES, JSON.stringify([...favourites]));
				renderStar();
			});
			renderStar();
			const large = h(
				'button',
				{
					type: 'button',
					class: 'result',
					title: line,
					'aria-label': `Enlarge ${line}`,
					onclick: () => void openViewer(pictures, at, false),
				},
				h('img', { src: picture.url, alt: picture.alt, loading: 'lazy' }),
				h('span', { class: 'result-line' }, ...typedLine(line)),
			);
			const tools = h('div', { class: 'result-tools' }, h('label', {}, select, 'Select'), star);
			return h('li', {}, large, tools);
		}
	};
	const renderTake = () => {
		take.textContent = selected.size > 0 ? `Export ${selected.size} as zip` : 'Select pictures to export';
		take.setAttribute('aria-disabled', String(selected.size === 0));
	};
	const load = async (before?: number) => {
		asked += 1;
		const mine = asked;
		const answer = await fetchResults(search.value.trim(), before);
		// Ignores the answer if a newer search has started.
		if (mine !== asked) return;
		if ('error' in answer) return toast(answer.error);
		shown = before === undefined ? [...answer.results] : [...shown, ...answer.results];
		const { length } = list.children;
		const hadFocus = document.activeElement === more;
		more.hidden = answer.more === undefined;
		more.onclick = () => void load(answer.more);
		render();
		if (hadFocus && more.hidden) (list.children[length]?.querySelector('button') ?? search).focus();
		announce(`${shown.length} result${shown.length === 1 ? '' : 's'}.`);
	};
	search.addEventListener('input', () => {
		window.clearTimeout(timer);
		timer = window.setTimeout(() => void load(), PAUSE_MS);
	});
	only.addEventListener('change', render);
	take.addEventListener('click', async () => {
		if (selected.size === 0) return;
		const problem = await exportResults([...selected]);
		if (problem) toast(problem);
	});
	renderTake();
	void load();
	search.autofocus = true;
	return untilClosed(dialog);
}
