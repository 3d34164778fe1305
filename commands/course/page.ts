/** The report as one self-contained web page: styles and pictures are inside. */
import { html, raw } from 'hono/html';
import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Figure } from '../lib/command.ts';
import { andPlainly } from '../lib/lists.ts';
import { requestLine } from '../lib/request-line.ts';
import type { FigureRow, Paper } from './figure.ts';
import type { Recording } from './recorded.ts';
import type { InputFile, MadeFigure, MadeRequest, Report } from './run.ts';
import { COURSE_TRAININGS, EDITION_TRAININGS } from './trainings.ts';

/** From 0 to 6: more takes seconds for a sheet, and saves little. */
const WEBP_EFFORT = 3;

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2430; --soft: #5c6475; --paper: #fff; --card: #f5f6f9; --rule: #dfe2ea; --accent: #4456c7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf1; --soft: #a2a9ba; --paper: #15171d; --card: #1e212a; --rule: #323746; --accent: #9aa6ff } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 3rem 1.25rem 6rem; max-width: 64rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem }
header p, .about { color: var(--soft); max-width: 46rem; margin: .25rem 0 1rem }
nav ol { columns: 16rem; padding: 1rem 1.25rem; margin: 1.5rem 0 0; list-style: none; border: 1px solid var(--rule); border-radius: .75rem }
nav a { text-decoration: none } nav a:hover { text-decoration: underline }
nav b, h2 b { color: var(--accent); font-weight: 600; margin-right: .5rem }
section { margin-top: 3.5rem; padding-top: 1.25rem; border-top: 1px solid var(--rule) }
h2 { font-size: 1.3rem; margin: 0 }
sub, sup { line-height: 0; font-size: .75em }
a { color: var(--accent) }
nav a { color: inherit }
.formula { margin: 1rem 0 .5rem; overflow-x: auto; font: 1.1rem/1.8 Cambria, Georgia, "Times New Roman", serif }
.row + .row, .about + .row { margin-top: 1.25rem }
.note { max-width: 46rem; margin: 2rem 0 .75rem; padding-left: .75rem; border-left: 3px solid var(--accent) }
.row { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: flex-start }
figure { margin: 0; min-width: min(17.5rem, 100%); padding: .75rem; background: var(--card); border-radius: .75rem; max-width: 100% }
figure img { display: block; max-width: 100%; height: auto; border-radius: .35rem; image-rendering: pixelated }
.several { flex-wrap: nowrap } .several figure { flex: 0 1 17.5rem; min-width: 0 }
.images { display: flex; flex-wrap: wrap; gap: .75rem }
figcaption p { margin: .25rem 0 0 }
figcaption { max-width: 48rem; margin-top: .5rem; font-size: .85rem; color: var(--soft); contain: inline-size }
code { font: .85em ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere }
code span { white-space: nowrap }
.failure { color: #b3261e }
@media print { section { break-inside: avoid } }
`;

/** @returns the bytes of an HTML page in UTF-8 */
export async function coursePage(report: Report, figures: readonly MadeFigure[]): Promise<Uint8Array> {
	const { edition, model, seed, quick } = report;
	const title = `Fun with diffusion models: Parts A and B${edition === 2024 ? '' : `, edition of ${edition}`}`;
	const linked: LinkedFiles = new Map();
	const page = await html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
<header>
<h1>${title}</h1>
<p>The assignment's figures, made by Flipside with the model ${model.name} (${model.summary}), ${digitNetworks(report)}, and the seed ${seed}.
${missingEpochs(report)}</p>
<p>Type a figure's line into the chat, and the bot makes it again; files that it names are linked beside it, to save and attach.
On the command line the same line goes after <code>npm run -s flipside --</code>, without its slash.</p>
${quick ? html`<p>This is the quick version: only a few steps for each picture, to show that everything works.</p>` : ''}
<nav><ol>${figures.map(({ figure: { id, title } }) => html`<li><a href="#f${id}"><b>${id}</b>${title}</a></li>`)}</ol></nav>
</header>
<main>${figures.map((figure) => section(figure, report, linked))}</main>
</html>
`;
	return new TextEncoder().encode(page.toString());
}

/** "its own digit networks", or the trainings that replace all or some of them. */
function digitNetworks({ edition, own }: Report): string {
	const ids = Object.values(own).map(({ id }) => id);
	if (ids.length === 0) return 'its own digit networks';
	const rest = ids.length < EDITION_TRAININGS[edition].length ? ', otherwise its own digit networks' : '';
	return `the training${ids.length === 1 ? '' : 's'} ${ids.join(', ')}${rest}`;
}

/** What the assignment asks for, but cannot be shown without a training. */
function missingEpochs({ edition, own, recorded, shipped }: Report): string {
	const partly = EDITION_TRAININGS[edition].filter((name) => {
		const { model, epochs } = COURSE_TRAININGS[name];
		const isOwn = model === name && !own[name] && name in shipped;
		return isOwn && !epochs.every((epoch) => shipped[name]?.includes(epoch));
	});
	if (partly.length === 0) return '';
	const isRecorded = partly.some((name) => recorded[name]);
	const earlier = isRecorded ? 'is shown by recordings of smaller trainings, or else missing' : 'is missing';
	return `Of its own ${andPlainly.format(partly)} only the weights after the last epoch are here: what the assignment asks for from earlier ones ${earlier}, and the figures of Part B say how to get it.`;
}

/** The files that the page holds already, by their names and what they are, and where. */
type LinkedFiles = Map<string, string>;

function section({ figure, rows }: MadeFigure, report: Report, linked: LinkedFiles) {
	const { id, title, text, formula, papers, look } = figure;
	return html`<section id="f${id}"><h2><b>${id}</b>${title}</h2><p class="about">${marked(text)}</p>
${rows.map((requests, i) => row(requests, figure.rows[i], report, linked))}
<p class="formula">${marked(formula)}</p><p class="about">${marked(look)} ${links(papers)}</p></section>
`;
}

function row(
	requests: readonly MadeRequest[],
	{ note, recorded, missing }: FigureRow,
	report: Report,
	linked: LinkedFiles,
) {
	if (missing)
		return html`<p class="note missing">${missing}</p>
`;
	const figures = recorded ? recordedFigures(recorded, report) : requests.map((made) => request(made, linked));
	return html`${note ? html`<p class="note">${note}</p>` : ''}<div class="${requests.length > 1 ? 'row several' : 'row'}">${figures}</div>
`;
}

function recordedFigures({ options, about, losses, sheets }: Recording, { commands }: Report) {
	const line = requestLine(commands, 'mnist train', options);
	const shown = [
		...(losses ? [{ picture: losses, when: 'The whole training' }] : []),
		...sheets.map((picture) => ({ picture, when: `After epoch ${picture.epoch}` })),
	];
	return shown.map(
		({ picture, when }) =>
			html`<figure>${image(picture)}<figcaption>${typed(line)}
<p>${when}: ${about}.</p></figcaption></figure>
`,
	);
}

/** A line to type, which no browser breaks within an option's name, after its hyphens. */
function typed(line: string) {
	const words = line.split(/(--[\w-]+)/).map((part, i) => (i % 2 === 1 ? html`<span>${part}</span>` : part));
	return html`<code>${words}</code>`;
}

/** Sets `_{…}` lower and `^{…}` higher. */
function marked(text: string) {
	return text.split(/([_^]\{[^}]*\})/).map((part) => {
		const inner = part.slice(2, -1);
		if (part.startsWith('_{')) return html`<sub>${inner}</sub>`;
		return part.startsWith('^{') ? html`<sup>${inner}</sup>` : part;
	});
}

function links(papers: readonly Paper[]) {
	return html`(${papers.map(({ name, url }, i) => html`${i > 0 ? '; ' : ''}<a href="${url}">${name}</a>`)})`;
}

function request({ line, file, reply }: MadeRequest, linked: LinkedFiles) {
	const isFailure = 'failure' in reply;
	return html`<figure>${isFailure ? '' : html`<div class="images">${reply.figures.map(image)}</div>`}<figcaption>${typed(line)}
${file ? download(file, linked) : ''}<p>${isFailure ? html`<span class="failure">${reply.failure}</span>` : reply.text}</p></figcaption></figure>
`;
}

/** Where a file is first named, the page contains it; later mentions link there. */
function download({ name, blob, bytes }: InputFile, linked: LinkedFiles) {
	const key = JSON.stringify([name, blob]);
	const known = linked.get(key);
	const id = known ?? `file-${linked.size + 1}`;
	const address = () => `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
	const link = known
		? html`<a href="#${id}">${name}</a>`
		: html`<a id="${id}" href="${address()}" download="${name}">${name}</a>`;
	linked.set(key, id);
	return html`<p>In a chat, attach ${link}; on the command line, save it first.</p>`;
}

async function image(figure: Figure) {
	const { width, height, alt } = figure;
	const address = `data:image/webp;base64,${Buffer.from(await webpOf(figure)).toString('base64')}`;
	// Sheets are drawn for dense screens: at half their size they are as large as the text beside them.
	const shown = width > 512 ? width / 2 : width;
	return html`<img src="${address}" width="${Math.round(shown)}" height="${Math.round((height * shown) / width)}" alt="${alt}">`;
}

/** Lossless: sheets are a fifth smaller than as PNG, films two thirds smaller than as GIF, and chats take 10 MiB. */
async function webpOf({ bytes, type }: Figure): Promise<Uint8Array> {
	if (type === 'image/webp') return bytes; // a recording
	return sharp(bytes, { animated: true }).webp({ lossless: true, effort: WEBP_EFFORT }).toBuffer();
}
