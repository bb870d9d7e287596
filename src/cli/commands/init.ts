import { basename } from 'node:path'
import { namesOf } from '../../engine/registry.ts'
import { POLICIES } from '../../measure/policies.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { PRESETS } from '../../scenario/cluster/presets/presets.ts'
import { didYouMean } from '../../scenario/problems/did-you-mean.ts'
import { visible } from '../../scenario/problems/visible.ts'
import type { Context } from '../context.ts'
import { LINK, newScenario } from '../init/new-scenario.ts'
import type { Io } from '../io.ts'
import { type Given, text } from '../options/option.ts'
import { shellLine } from '../run/reproduce.ts'
import { onFile, UsageError } from '../usage-error.ts'
import { noteWritten } from '../written.ts'
import type { Command } from './command.ts'

const SET_UPS = [...Object.keys(PRESETS), LINK]
const NETWORKS = namesOf(LINK_PROFILES)
const POLICY_NAMES = Object.keys(POLICIES)

const OPTIONS = {
  preset: text('<name>', `the set-up: ${SET_UPS.join(', ')} (two hosts)`),
  network: text('<profile>', 'the link profile between control plane and nodes, or between the two hosts'),
  policy: text('<name>', 'what attackers must not get: a name from `onpath list policies`'),
}

const NOTES = `
On a terminal it asks for what no option gives; elsewhere it takes the defaults: a cluster as kubeadm makes it. It replaces
no file.

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
  const choose = (given: string | undefined, question: string, names: readonly string[], otherwise: string) =>
    chosen(given, question, names, otherwise, isAsking ? io : null)
  const preset = await choose(options.preset, 'Which set-up?', SET_UPS, 'kubeadm-default')
  const usual = preset === LINK ? 'public-network' : 'gce-private'
  const between = preset === LINK ? 'the two hosts' : 'control plane and nodes'
  const network = await choose(options.network, `Which network is between ${between}?`, NETWORKS, usual)
  const policy = await choose(options.policy, 'Which policy must hold?', POLICY_NAMES, 'nothing-of-others')
  const named = file === '-' ? 'onpath.yaml' : file
  const name = basename(named)
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100)
  const written = newScenario(
    { preset, network, policy },
    visible(named),
    /[A-Za-z0-9]/.test(name) ? name : 'my-cluster',
  )
  if (file === '-') return io.out(written)
  onFile('write to', file, () => files.write(file, written))
  noteWritten(file, io)
  io.err(`next: ${shellLine(['run', file])}\n`)
}

/** Returns the given name, or the answer to a question, or the default where nobody can be asked. */
async function chosen(
  given: string | undefined,
  question: string,
  names: readonly string[],
  otherwise: string,
  io: Io | null,
): Promise<string> {
  if (given === undefined && io?.ask != null) {
    for (;;) {
      const answer = (await io.ask(`${question}\n  ${names.join(', ')} [${otherwise}] `)).trim()
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

function hintFor(written: string, names: readonly string[]): string {
  const hint = didYouMean(written, names)
  return hint === undefined ? '' : `; ${hint}`
}
