/** Reads what a person has filled into a command's form. */
import type { Command } from '../../../commands/lib/command.ts';
import type { OptionSpec, RawOptions } from '../../../commands/lib/options.ts';
import { tooLarge } from '../../uploads/download.ts';
import { MAX_UPLOAD_BYTES } from '../../uploads/limits.ts';
import { complaints } from './complaints.ts';
import { FIELD, type FormMemory, type GivenFile } from './modal.ts';
import { labelOf, looksLikePicture, notAPicture, type SharedFile } from './shared-files.ts';

/** The state of a field, as Slack sends it; the kind of field decides which properties are present. */
export interface FieldState {
	readonly type?: string;
	readonly value?: string | null;
	readonly selected_option?: { readonly value?: string } | null;
	readonly selected_options?: readonly { readonly value?: string }[] | null;
	readonly selected_user?: string | null;
	readonly files?: readonly SharedFile[] | null;
}

export type FormState = Readonly<Record<string, Readonly<Record<string, FieldState>>>>;

export interface Submission {
	/** Everything but files. */
	readonly options: RawOptions;
	readonly files: Readonly<Record<string, GivenFile | SharedFile>>;
	/** Sentences about wrong fields, by the names of their blocks. */
	readonly errors: Readonly<Record<string, string>>;
}

export function readSubmission(command: Command, state: FormState, memory: FormMemory): Submission {
	const options: Record<string, string> = {};
	const files: Record<string, GivenFile | SharedFile> = { ...memory.files };
	const errors: Record<string, string> = {};
	for (const [name, spec] of Object.entries(command.options)) {
		const field = state[name]?.[FIELD];
		const [file] = field?.files ?? [];
		if (file) {
			files[name] = file;
			const problem = fileProblem(file, spec);
			if (problem) errors[name] = problem;
		}
		const text = field && textOf(field);
		// An empty field counts only if it is required.
		if (text || (spec.required && !files[name])) options[name] = text ?? '';
	}
	return { options, files, errors: { ...complaints(command, options, files), ...errors } };
}

function textOf({ value, selected_option, selected_options, selected_user }: FieldState): string {
	if (selected_user) return `slack:${selected_user}`;
	if (selected_options) return selected_options.map((each) => each.value).join(',');
	return (selected_option?.value ?? value ?? '').trim();
}

function fileProblem(file: SharedFile, { kind }: OptionSpec): string | undefined {
	if ((file.size ?? 0) > MAX_UPLOAD_BYTES) return tooLarge(labelOf(file)).message;
	return kind !== 'image' || looksLikePicture(file) ? undefined : notAPicture(file);
}
