/** Discord's checks for `doctor`. */
import type { Command } from '../../../commands/lib/command.ts';
import { explainRefusal, reason } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { askDiscord, type DiscordAccount, type DiscordQuestion } from './account.ts';
import { examineIds, type NamedIds } from './named-ids.ts';
import { registration } from './registration.ts';
import { TITLE } from './settings.ts';

/** Discord allows a thousand logins a day; a bot that has used most of them keeps restarting. */
const FEW_LOGINS = 50;

export async function* examineDiscord(
	question: DiscordQuestion & NamedIds,
	commands: readonly Command[],
): AsyncGenerator<Finding> {
	let account: DiscordAccount;
	try {
		account = await askDiscord(question);
		yield ok('Discord token', `accepted, as ${account.name} (application ${account.applicationId})`);
	} catch (error) {
		yield fail('Discord token', explainRefusal(TITLE, error));
		return;
	}
	const application = 'Discord application';
	for (const { status, text } of account.faults) yield { name: application, status, text };
	if (account.isPrivate) {
		yield ok(
			application,
			'private: only its owner can install it, so for everybody else commands may fail in private messages',
		);
	}
	yield* examineIds(account, question);
	yield await checkCommands(account, commands).catch((error) => fail('Discord commands', explainRefusal(TITLE, error)));
	yield await checkGateway(account);
}

async function checkCommands(account: DiscordAccount, commands: readonly Command[]): Promise<Finding> {
	const name = 'Discord commands';
	const registered = await account.commands();
	if (registered.length === 0) return fail(name, 'None are registered; run deploy.');
	const wanted = registration(commands, account.installs);
	const find = (
		list: readonly { name: string; type?: number }[],
		{ name: same, type }: { name: string; type?: number },
	) => list.find((other) => other.name === same && other.type === type);
	const missing = wanted.filter((command) => !find(registered, command));
	const echoed = fieldsIn(registered);
	const outdated = wanted.filter((command) => {
		const found = find(registered, command);
		return found && !says(found, command, echoed);
	});
	const foreign = registered.filter((command) => !find(wanted, command));
	const differences = [
		...(missing.length > 0 ? [`not registered: ${list(missing)}`] : []),
		...(outdated.length > 0 ? [`outdated: ${list(outdated)}`] : []),
		...(foreign.length > 0 ? [`of another version: ${list(foreign)}`] : []),
	];
	if (differences.length === 0) return ok(name, `all ${wanted.length} are registered and current`);
	return warn(name, `${differences.join('; ')}; run deploy.`);
}

const list = (commands: readonly { readonly name: string }[]) => commands.map(({ name }) => name).join(', ');

/**
 * The fields of commands and options that can be registered, except translations; Discord sets all others itself (Application
 * Commands, "Application Command Structure" and "Application Command Option Structure").
 */
const REGISTRABLE: ReadonlySet<string> = new Set([
	'description',
	'options',
	'default_member_permissions',
	'contexts',
	'integration_types',
	'nsfw',
	'required',
	'choices',
	'autocomplete',
	'channel_types',
	'min_value',
	'max_value',
	'min_length',
	'max_length',
	'file_types',
]);

/**
 * Whether what Discord returns matches what we would register. Discord leaves out what is off or empty, adds fields of its own,
 * and may list numbers in another order.
 *
 * @param echoed names of the fields that Discord returns at all; others cannot be compared
 */
function says(registered: unknown, wanted: unknown, echoed: ReadonlySet<string>): boolean {
	if (Array.isArray(wanted)) {
		const found: readonly unknown[] = Array.isArray(registered) ? registered : [];
		if (found.length !== wanted.length) return false;
		if (wanted.every((each) => typeof each === 'number')) return wanted.every((each) => found.includes(each));
		return wanted.every((each, i) => says(found[i], each, echoed));
	}
	if (typeof wanted === 'object' && wanted !== null) {
		const found = (registered ?? {}) as Record<string, unknown>;
		const known = wanted as Record<string, unknown>;
		const left = Object.keys(found).filter((key) => REGISTRABLE.has(key) && !(key in known));
		return (
			left.every((key) => isOff(found[key])) &&
			Object.keys(known).every((key) => !echoed.has(key) || says(found[key], known[key], echoed))
		);
	}
	return registered === wanted || (!wanted && isOff(registered));
}

/** Whether a value means the same as an absent field; a number never does. */
const isOff = (value: unknown) => (Array.isArray(value) ? value.length === 0 : !value && value !== 0);

function fieldsIn(value: unknown): ReadonlySet<string> {
	const fields = new Set<string>();
	JSON.stringify(value, (key, each) => {
		fields.add(key);
		return each;
	});
	return fields;
}

async function checkGateway(account: DiscordAccount): Promise<Finding> {
	const name = 'Discord gateway';
	try {
		const remaining = await account.gateway();
		if (remaining >= FEW_LOGINS) return ok(name, 'reachable');
		return warn(
			name,
			`Reachable, with ${remaining} logins left for today: this bot, or another with its token, restarts too often.`,
		);
	} catch (error) {
		return fail(name, `A WebSocket cannot be opened (${reason(error)}); check the firewall and any proxy.`);
	}
}
