/** Scripts that let a shell complete command lines, made from the registry: on Tab nothing of ours has to run. */
import type { Command } from '../../commands/lib/command.ts';
import type { OptionSpec } from '../../commands/lib/options.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { OperatorVerb } from '../operator/verb.ts';
import type { Known } from './known.ts';
import { OWN_OPTIONS, ownOptionsOf } from './own-options.ts';

const OWN = OWN_OPTIONS.map(({ names: [name], summary }) => ({ name: `--${name}`, summary }));

/** What can stand behind an option; none: anything, or a file. */
const choicesOf = (spec: OptionSpec): readonly string[] =>
	spec.kind === 'choice' || spec.kind === 'names' ? spec.choices : [];

interface Choices {
	/** What stands before them. */
	readonly typed: string;
	/** With spaces between. */
	readonly choices: string;
}

/** Every option that has choices, behind its command: "generate --sampler". */
const chosen = (commands: readonly Command[]): readonly Choices[] =>
	commands.flatMap(({ name, options }) =>
		Object.entries(options).flatMap(([option, spec]) => {
			const choices = choicesOf(spec);
			return choices.length > 0 ? [{ typed: `${name} --${option}`, choices: choices.join(' ') }] : [];
		}),
	);

interface Word {
	readonly name: string;
	readonly summary: string;
}

/** Everything that can stand at the start of a line. */
const all = ({ commands, verbs }: Known): readonly Word[] => [
	...commands,
	...Object.entries(verbs).map(([name, { summary }]) => ({ name, summary })),
];

/** Words that a command line can begin with: of what has two words the first, once. */
function firstWords(known: Known): readonly Word[] {
	const first = new Map<string, string>();
	for (const { name, summary } of all(known)) {
		const [word, verb] = name.split(' ');
		if (first.has(word)) continue;
		const verbs = secondWords(known, word).map((second) => second.name);
		first.set(word, verb === undefined ? summary : verbs.join(', '));
	}
	return [...first].map(([name, summary]) => ({ name, summary }));
}

function secondWords(known: Known, first: string): readonly Word[] {
	return all(known).flatMap(({ name, summary }) =>
		name.startsWith(`${first} `) ? [{ name: name.slice(first.length + 1), summary }] : [],
	);
}

/** First words that a second one may follow. */
const groupsOf = (known: Known): readonly string[] => [
	...new Set(all(known).flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]] : []))),
];

/** What may stand right behind a verb. */
const placesOf = ({ verbs }: Known): readonly Choices[] =>
	Object.entries(verbs).flatMap(([typed, { choices = [] }]) =>
		choices.length > 0 ? [{ typed, choices: choices.join(' ') }] : [],
	);

/** As bash and zsh find it: the command, and once more the word before the one that is completed. */
const afterItself = ({ typed, choices }: Choices): Choices => ({
	typed: `${typed} ${typed.split(' ').at(-1)}`,
	choices,
});

const optionsOf = ({ options }: Pick<Command, 'options'>): readonly Word[] => [
	...Object.entries(options).map(([name, { summary }]) => ({ name: `--${name}`, summary })),
	...OWN,
];

const namesOf = (words: readonly Word[]) => words.map(({ name }) => name).join(' ');

/** In single quotes, as these shells read it; fish alone takes a backslash within. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const fishQuoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

function bash(known: Known): string {
	const { commands, verbs } = known;
	const offer = ({ typed, choices }: Choices) => `    ${quoted(typed)}) words=${quoted(choices)} ;;`;
	const values = chosen(commands).map(offer);
	const places = placesOf(known).map(afterItself).map(offer);
	return `# Completion of flipside for bash
_flipside() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local at=1 command='' words=''
  [[ \${COMP_WORDS[1]} == help ]] && at=2
  command="\${COMP_WORDS[at]}"
  if (( COMP_CWORD <= at )); then
    words=${quoted(namesOf(firstWords(known)))}
    (( at == 2 )) && (( COMP_CWORD == 1 )) && words=help
    COMPREPLY=( $(compgen -W "$words" -- "$cur") )
    return
  fi
  case "$command" in
${groupsOf(known)
	.map((group) => `    ${group}) words=${quoted(namesOf(secondWords(known, group)))} ;;`)
	.join('\n')}
  esac
  if [[ -n $words ]] && { (( COMP_CWORD > at + 1 )) || [[ $cur != -* ]]; }; then
    if (( COMP_CWORD == at + 1 )); then
      COMPREPLY=( $(compgen -W "$words" -- "$cur") )
      return
    fi
    command+=" \${COMP_WORDS[at+1]}"
  fi
  words=
  case "$command $prev" in
${values.join('\n')}
  esac
  if [[ $cur != -* ]]; then
    case "$command $prev" in
${places.join('\n')}
    esac
  fi
  if [[ -z $words && $cur == -* ]]; then
    case "$command" in
${commands.map((command) => `      ${quoted(command.name)}) words=${quoted(namesOf(optionsOf(command)))} ;;`).join('\n')}
${Object.entries(verbs)
	.map(([word, verb]) => `      ${quoted(word)}) words=${quoted(namesOf(verbOptions(verb)))} ;;`)
	.join('\n')}
    esac
  fi
  COMPREPLY=( $(compgen -W "$words" -- "$cur") )
}
complete -o default -F _flipside flipside
`;
}

/** Of the operator's verbs. */
const verbOptions = (verb: OperatorVerb): readonly Word[] => [
	...Object.entries(verb.options ?? {}).map(([name, summary]) => ({ name: `--${name}`, summary })),
	...OWN.filter(({ name }) => ['help', ...ownOptionsOf(verb)].some((own) => name === `--${own}`)),
];

function zsh(known: Known): string {
	const { commands, verbs } = known;
	const described = (words: readonly Word[]) =>
		words.map(({ name, summary }) => quoted(`${name.replaceAll(':', '\\:')}:${summary}`)).join(' ');
	const offer = ({ typed, choices }: Choices) => `    ${quoted(typed)}) compadd -- ${choices}; return ;;`;
	const values = chosen(commands).map(offer);
	const places = placesOf(known).map(afterItself).map(offer);
	return `#compdef flipside
# Completion of flipside for zsh
_flipside() {
  local -a list
  local at=2 command
  [[ \${words[2]} == help ]] && (( CURRENT > 2 )) && at=3
  if (( CURRENT == at )); then
    list=(${described(firstWords(known))})
    _describe command list
    return
  fi
  command="\${words[at]}"
  list=()
  case "$command" in
${groupsOf(known)
	.map((group) => `    ${group}) list=(${described(secondWords(known, group))}) ;;`)
	.join('\n')}
  esac
  if (( \${#list} )) && { (( CURRENT > at + 1 )) || [[ \${words[CURRENT]} != -* ]] }; then
    if (( CURRENT == at + 1 )); then
      _describe verb list
      return
    fi
    command+=" \${words[at+1]}"
  fi
  case "$command \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  if [[ \${words[CURRENT]} != -* ]]; then
    case "$command \${words[CURRENT-1]}" in
${places.join('\n')}
    esac
  fi
  list=()
  if [[ \${words[CURRENT]} == -* ]]; then
    case "$command" in
${commands.map((command) => `      ${quoted(command.name)}) list=(${described(optionsOf(command))}) ;;`).join('\n')}
${Object.entries(verbs)
	.map(([word, verb]) => `      ${quoted(word)}) list=(${described(verbOptions(verb))}) ;;`)
	.join('\n')}
    esac
    _describe option list
  else
    _files
  fi
}
compdef _flipside flipside
`;
}

function fish(known: Known): string {
	const { commands, verbs } = known;
	const groups = groupsOf(known);
	const line = (condition: string, rest: string) => `complete -c flipside -n ${fishQuoted(condition)} ${rest}`;
	const seen = (words: string) => `__fish_seen_subcommand_from ${words}`;
	const whenGiven = (name: string) => name.split(' ').map(seen).join('; and ');
	const own = ({ name, summary }: Word) => `-l ${name.slice(2)} -d ${fishQuoted(summary)}`;
	return [
		'# Completion of flipside for fish',
		...firstWords(known).map(({ name, summary }) =>
			line('__fish_use_subcommand', `-f -a ${name} -d ${fishQuoted(summary)}`),
		),
		line(seen('help'), `-f -a ${fishQuoted(namesOf(firstWords(known)))}`),
		...groups.flatMap((group) => {
			const second = secondWords(known, group);
			const condition = `${seen(group)}; and not ${seen(namesOf(second))}`;
			return second.map(({ name, summary }) => line(condition, `-f -a ${name} -d ${fishQuoted(summary)}`));
		}),
		...commands.flatMap(({ name, options }) => [
			...Object.entries(options).map(([option, spec]) => {
				const choices = choicesOf(spec);
				const value =
					choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : spec.kind === 'flag' ? '' : ' -r';
				return line(whenGiven(name), `-l ${option}${value} -d ${fishQuoted(spec.summary)}`);
			}),
			...OWN.map((word) => line(whenGiven(name), own(word))),
		]),
		...Object.entries(verbs).flatMap(([word, verb]) =>
			verbOptions(verb).map((option) => line(whenGiven(word), own(option))),
		),
		...placesOf(known).map(({ typed, choices }) => line(whenGiven(typed), `-f -a ${fishQuoted(choices)}`)),
		'',
	].join('\n');
}

const SHELLS: Readonly<Record<string, (known: Known) => string>> = { bash, zsh, fish };

/**
 * @param shells the words after "completion": the name of one shell
 * @throws {UserError} for anything else
 */
export function completionScript(known: Known, shells: readonly string[]): string {
	const [shell = ''] = shells;
	if (shells.length === 1 && Object.hasOwn(SHELLS, shell)) return SHELLS[shell](known);
	const names = Object.keys(SHELLS).join(', ');
	throw new UserError(`completion needs the name of a shell, one of ${names}: for example completion bash.`);
}
