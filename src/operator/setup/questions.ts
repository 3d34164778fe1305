/**
 * The wizard's questions, asked on the given terminal. Ctrl+C or Ctrl+D in any of them ends the wizard. Text from services and files, such as
 * names, is made safe for the terminal.
 */
import type { Key } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type CANCEL_SYMBOL, confirm, isCancel, log, multiselect, password, select, text } from '@clack/prompts';
import { printable } from '../../base/printable.ts';
import { cleaned } from '../../platforms/pasted.ts';
import type { Choice, SecretQuestion } from '../../platforms/wizard.ts';

export interface Terminal {
	readonly input: Readable & { readonly isTTY?: boolean };
	readonly output: Writable & { readonly isTTY?: boolean };
}

/** The person pressed Ctrl+C or Ctrl+D, or their terminal is gone. */
export class Ended extends Error {}

export type Questions = ReturnType<typeof questionsOn>;

export function questionsOn({ input, output }: Terminal) {
	const over = new AbortController();
	// The prompts know only Ctrl+C, and would wait for ever.
	input.on('keypress', (_, key?: Key) => key?.ctrl && key.name === 'd' && over.abort());
	input.once('end', () => over.abort());
	const common = { input, output, signal: over.signal };
	async function answered<T>(asked: Promise<T | typeof CANCEL_SYMBOL>): Promise<T> {
		const answer = await asked;
		if (isCancel(answer)) throw new Ended();
		return answer;
	}
	return {
		/** @param initialValue what Enter alone means */
		yes: (message: string, initialValue = true) =>
			answered(confirm({ ...common, message: printable(message), initialValue })),

		one: <V extends string>(message: string, choices: readonly Choice<V>[]): Promise<V> =>
			answered<V>(
				select<string>({ ...common, message: printable(message), options: choices.map(shown) }) as Promise<
					V | typeof CANCEL_SYMBOL
				>,
			),

		several: <V extends string>(message: string, choices: readonly Choice<V>[], before: readonly V[]): Promise<V[]> =>
			answered<V[]>(
				multiselect<string>({
					...common,
					message: printable(message),
					options: choices.map(shown),
					initialValues: before,
				}) as Promise<V[] | typeof CANCEL_SYMBOL>,
			),

		/** Hides the answer while it is typed. */
		async secret({ message, mistake }: SecretQuestion): Promise<string> {
			const validate = (value = '') => mistake(cleaned(value));
			return cleaned(await answered(password({ ...common, message, validate, clearOnError: true })));
		},

		/** @param wrong returns what is wrong with a value, in one sentence, or undefined */
		async line(message: string, placeholder: string, wrong: (value: string) => string | undefined): Promise<string> {
			const validate = (value = '') => wrong(value.trim());
			return (await answered(text({ ...common, message, placeholder, validate }))).trim();
		},

		say: (sentence: string) => log.message(printable(sentence), { output }),
		good: (sentence: string) => log.success(printable(sentence), { output }),
		bad: (sentence: string) => log.error(printable(sentence), { output }),
		warn: (sentence: string) => log.warn(printable(sentence), { output }),
		/** On a line of its own, unbroken, so that it can be copied. */
		link: (address: string) => output.write(`\n${printable(address)}\n`),
	};
}

const shown = <V extends string>(choice: Choice<V>): Choice<V> => ({ ...choice, label: printable(choice.label) });
