/** What the page sends: a typed line, or a filled-in form. */

export type FormValues = Readonly<Record<string, string | File>>;

export type Sent =
	| { readonly line: string; readonly attachments: readonly File[] }
	| { readonly command: string; readonly values: FormValues };

/** The fields that readForm reads. */
export function toFormData(sent: Sent): FormData {
	const data = new FormData();
	if ('line' in sent) {
		data.append('line', sent.line);
		for (const file of sent.attachments) data.append('attachment', file);
	} else {
		data.append('command', sent.command);
		for (const [name, value] of Object.entries(sent.values)) data.append(`option.${name}`, value);
	}
	return data;
}
