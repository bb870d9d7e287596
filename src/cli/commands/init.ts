import { basename } from 'node:path'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import { fieldOf, namesOf } from '../../engine/registry.ts'
import { DEFAULT_POLICY, POLICIES } from '../../measure/policies.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { LINK, LINK_MEANING, newScenario } from '../../report/words/new-scenario.ts'
import { wrap } from '../../report/words/wrap.ts'
import { PRESETS } from '../../scenario/presets/presets.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { shellLine } from '../../study/reproduce.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Context } from '../context.ts'
import type { Io } from '../io.ts'
import { type Given, text } from '../options/option.ts'
import { noteWritten } from '../written.ts'
import type { Command } from './command.ts'

/** The names among which a user chooses, each with its meaning. */
type Choices = Readonly<Record<string, string>>

const SUGGESTED = 'kubeadm-default'
const SET_UPS: Choices = { ...fieldOf(PRESETS, 'explanation'), [LINK]: LINK_MEANING }
const NETWORKS: Choices = fieldOf(LINK_PROFILES, 'description')
const POLICY_CHOICES: Choices = fieldOf(POLICIES, 'meaning')

const OPTIONS = {
  preset: text('<name>', `the set-up, one of those below; ${SUGGESTED} by default`),
  network: text('<profile>', 'the link profile between control plane and nodes, or between the two hosts'),
  policy: text('<name>', 'what attackers must not get: a name from `onpath list policies`'),
}

const NOTES = `
Without an option it asks on a terminal for each; where it cannot ask, and for the options that are not given, it takes the
defaults. It replaces no file.

Set-ups:
${listed(SET_UPS, SUGGESTED)}
Examples:
  onpath init my-cluster.yaml
  onpath init my-cluster.yaml --preset konnectivity --policy no-takeover
  onpath init - --preset link --network public-network | onpath run -`

export const init: Command<readonly [file: string | undefined], typeof OPTIONS> = {
  arguments: [{ syntax: '[file]', meaning: 'the file to write, onpath.yaml by default; - prints the scenario' }],
  options: OPTIONS,
  notes: NOTES,
  run: ([file = 'onpath.yaml'], options, context) => writeScenario(file, options, context),
}

async function writeScenario(file: string, options: Given<typeof OPTIONS>, { io, files }: Context): Promise<void> {
  if (file !== '-' && files.kindOf(file) !== null) throw new UsageError(`cannot write to ${file}: it exists`)
  const isAsking = Object.keys(options).length === 0
  const choose = (given: string | undefined, question: string, choices: Choices, otherwise: string) =>
    chosen(given, question, choices, otherwise, isAsking ? io : null)
  const preset = await choose(options.preset, 'Which set-up?', SET_UPS, SUGGESTED)
  const usual = preset === LINK ? 'public-network' : 'gce-private'
  const between = preset === LINK ? 'the two hosts' : 'control plane and nodes'
  const network = await choose(options.network, `Which network is between ${between}?`, NETWORKS, usual)
  const policy = await choose(options.policy, 'Which policy must hold?', POLICY_CHOICES, DEFAULT_POLICY)
  const named = file === '-' ? 'onpath.yaml' : file
  const name = basename(named)
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100)
  const written = newScenario(
    { preset, meaning: SET_UPS[preset], network, policy },
    visible(named),
    /[A-Za-z0-9]/.test(name) ? name : 'my-cluster',
  )
  if (file === '-') return io.out(written)
  onFile('write to', file, () => files.write(file, written))
  noteWritten(file, io)
  if (options.preset === undefined && (io.ask === null || !isAsking))
    io.err(wrap(`set-up: ${preset}. ${SET_UPS[preset]} \`onpath init --help\` describes the others.`, 0))
  io.err(`next: ${shellLine(['run', file])}\n`)
}

/** Returns the given name, or the answer to a question, or the default if nobody can be asked. */
async function chosen(
  given: string | undefined,
  question: string,
  choices: Choices,
  otherwise: string,
  io: Io | null,
): Promise<string> {
  const names = namesOf(choices)
  if (given === undefined && io?.ask != null) {
    for (;;) {
      const answer = (await io.ask(`${question}\n${listed(choices, otherwise)}[${otherwise}] `)).trim()
      if (answer === '') return otherwise
      if (names.includes(answer)) return answer
      io.err(`${visible(answer)} is none of them${hintFor(answer, names)}\n`)
    }
  }
  const name = given ?? otherwise
  if (!names.includes(name))
    throw new UsageError(`there is no ${name}${hintFor(name, names)}; there are ${names.join(', ')}`)
  return name
}

/** Returns the choices with their meanings, a block for each; one of them is marked as suggested. */
function listed(choices: Choices, suggested: string): string {
  return namesOf(choices)
    .map((name) => `  ${name}${name === suggested ? ' (suggested)' : ''}\n${wrap(choices[name], 4)}`)
    .join('')
}

function hintFor(written: string, names: readonly string[]): string {
  const hint = didYouMean(written, names)
  return hint === undefined ? '' : `; ${hint}`
}
