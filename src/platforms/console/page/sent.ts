/** What the page sends: a typed line, or a filled-in form. */

export type FormValues = Readonly<Record<string, string | File>>;

export type Sent =
	| { readonly line: string; readonly attachments: readonly File[] }
	| { readonly command: string; readonly values: FormValues };
