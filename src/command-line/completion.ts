/** Scripts that let a shell complete command lines, made from the registry: on Tab nothing of ours has to run. */
import type { Command } from '../../commands/lib/command.ts';
import { verbCommandsOf, verbsOf } from '../../commands/lib/find-command.ts';
import type { OptionSpec } from '../../commands/lib/options.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { OperatorVerb } from '../operator/index.ts';
import type { Known } from './help.ts';
import { OWN_OPTIONS } from './own-options.ts';

const OWN = OWN_OPTIONS.map(({ names: [name], summary }) => ({ name: `--${name}`, summary }));

/** What can stand behind an option; none: anything, or a file. */
const choicesOf = (spec: OptionSpec): readonly string[] =>
	spec.kind === 'choice' || spec.kind === 'names' ? spec.choices : [];

/** Every option that has choices, behind its command: "generate --sampler". */
const chosen = (commands: readonly Command[]) =>
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

/** Words that a command line can begin with: of commands of two words the first, once. */
function firstWords({ commands, verbs }: Known): readonly Word[] {
	const first = new Map<string, string>();
	for (const { name, summary } of commands) {
		const [word, verb] = name.split(' ');
		if (!first.has(word)) first.set(word, verb === undefined ? summary : verbsOf(commands, word).join(', '));
	}
	return [
		...[...first].map(([name, summary]) => ({ name, summary })),
		...Object.entries(verbs).map(([name, { summary }]) => ({ name, summary })),
	];
}

const secondWords = (commands: readonly Command[], first: string): readonly Word[] =>
	verbCommandsOf(commands, first).map(({ verb, command: { summary } }) => ({ name: verb, summary }));

/** First words that need a second one. */
const groupsOf = (commands: readonly Command[]): readonly string[] => [
	...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]] : []))),
];

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
	const values = chosen(commands).map(({ typed, choices }) => `    ${quoted(typed)}) words=${quoted(choices)} ;;`);
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
${groupsOf(commands)
	.map((group) => `    ${group}) words=${quoted(namesOf(secondWords(commands, group)))} ;;`)
	.join('\n')}
  esac
  if [[ -n $words ]]; then
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
  if [[ -z $words && $cur == -* ]]; then
    case "$command" in
${commands.map((command) => `      ${quoted(command.name)}) words=${quoted(namesOf(optionsOf(command)))} ;;`).join('\n')}
${Object.entries(verbs)
	.map(([word, verb]) => `      ${word}) words=${quoted(namesOf(verbOptions(verb)))} ;;`)
	.join('\n')}
    esac
  fi
  COMPREPLY=( $(compgen -W "$words" -- "$cur") )
}
complete -o default -F _flipside flipside
`;
}

/** Of the operator's verbs. */
const verbOptions = ({ json }: OperatorVerb): readonly Word[] =>
	OWN.filter(({ name }) => name === '--help' || (json && name === '--json'));

function zsh(known: Known): string {
	const { commands, verbs } = known;
	const described = (words: readonly Word[]) =>
		words.map(({ name, summary }) => quoted(`${name.replaceAll(':', '\\:')}:${summary}`)).join(' ');
	const values = chosen(commands).map(({ typed, choices }) => `    ${quoted(typed)}) compadd -- ${choices}; return ;;`);
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
${groupsOf(commands)
	.map((group) => `    ${group}) list=(${described(secondWords(commands, group))}) ;;`)
	.join('\n')}
  esac
  if (( \${#list} )); then
    if (( CURRENT == at + 1 )); then
      _describe verb list
      return
    fi
    command+=" \${words[at+1]}"
  fi
  case "$command \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  list=()
  if [[ \${words[CURRENT]} == -* ]]; then
    case "$command" in
${commands.map((command) => `      ${quoted(command.name)}) list=(${described(optionsOf(command))}) ;;`).join('\n')}
${Object.entries(verbs)
	.map(([word, verb]) => `      ${word}) list=(${described(verbOptions(verb))}) ;;`)
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
	const groups = groupsOf(commands);
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
			const second = secondWords(commands, group);
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
			verbOptions(verb).map((option) => line(seen(word), own(option))),
		),
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
