/** The server's API as functions. Nearly all of them return a failure as one sentence instead of throwing it. */
import type {
	WireAnswer,
	WireEvent,
	WireMe,
	WireModel,
	WirePressed,
	WirePrompts,
	WireRegistry,
	WireResults,
} from '../wire.ts';

const UNREACHABLE = 'The bot does not answer; check whether it is still running.';

type Failed = { readonly error: string };

async function call<T>(path: string, init?: RequestInit): Promise<T | Failed> {
	try {
		const response = await fetch(path, init);
		return response.status === 204 ? ({} as T) : await response.json();
	} catch {
		return { error: UNREACHABLE };
	}
}

export const fetchRegistry = () => call<WireRegistry>('/api/registry');
export const fetchModels = () => call<readonly WireModel[]>('/api/models');
export const fetchPrompts = (command: string, model: string) =>
	call<WirePrompts>(`/api/prompts?${new URLSearchParams({ command, model })}`);
export const sendCommand = (body: FormData) => call<WireAnswer>('/api/commands', { method: 'POST', body });
export const fetchResults = (search: string, before?: number) =>
	call<WireResults>(`/api/results?${new URLSearchParams({ search, before: String(before ?? '') })}`);
export const fetchMe = () => call<WireMe>('/api/me');

/** @returns the form that would make a picture again, according to the imprint in its file */
export function formOf(picture: File): Promise<WirePressed | Failed> {
	const body = new FormData();
	body.append('picture', picture);
	return call('/api/forms', { method: 'POST', body });
}

export const dismiss = (message: string) => call<object>(`/api/messages/${message}`, { method: 'DELETE' });

export function press(message: string, button: string): Promise<WirePressed | Failed> {
	const headers = { 'content-type': 'application/json' };
	return call('/api/presses', { method: 'POST', headers, body: JSON.stringify({ message, button }) });
}

export function rename(name: string): Promise<object | Failed> {
	const headers = { 'content-type': 'application/json' };
	return call('/api/me', { method: 'PUT', headers, body: JSON.stringify({ name }) });
}

/** Saves results as a zip. @returns why that failed, or undefined */
export async function exportResults(results: readonly string[]): Promise<string | undefined> {
	try {
		const headers = { 'content-type': 'application/json' };
		const response = await fetch('/api/export', { method: 'POST', headers, body: JSON.stringify({ results }) });
		if (!response.ok) return (await response.json()).error;
		const link = document.createElement('a');
		link.href = URL.createObjectURL(await response.blob());
		link.download = 'flipside.zip';
		link.click();
		URL.revokeObjectURL(link.href);
		return undefined;
	} catch {
		return UNREACHABLE;
	}
}

/** Fetches a picture that the console shows, as a file that can be sent again. @throws if it is gone */
export async function pictureFile(url: string, filename: string): Promise<File> {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`pictureFile: ${url} is gone`);
	return new File([await response.blob()], filename, { type: 'image/png' });
}

/** Reports every event, and whether the server can be reached. The browser reconnects by itself. */
export function listen(onEvent: (event: WireEvent) => void, onConnection: (there: boolean) => void): void {
	const source = new EventSource('/api/events');
	source.onopen = () => onConnection(true);
	source.onmessage = (message) => onEvent(JSON.parse(message.data));
	source.onerror = () => {
		onConnection(false);
		// The browser reopens a lost connection by itself, but gives up on a refused one.
		if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(onEvent, onConnection), 2000);
	};
}
