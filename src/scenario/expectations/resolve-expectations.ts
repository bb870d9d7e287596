import { kindsCarrying } from '../../cluster/paths/path-kinds.ts'
import type { AttackExpectation, Expectation } from '../../measure/expectation.ts'
import type { EventBlueprint } from '../../simulation/blueprint.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Findings } from '../tree/findings.ts'
import { readExpectation } from './parse-expectation.ts'
import { type AttackNames, resolveAttackExpectation } from './resolve-attack-expectations.ts'

/** The names and events to which expectations can refer. */
export interface ExpectationEnvironment extends AttackNames {
  /** The nodes that send heartbeats; null if they are not known. */
  readonly nodes: ReadonlySet<string> | null
  readonly events: readonly EventBlueprint[]
}

export function resolveExpectations(
  lines: readonly (string | undefined)[],
  environment: ExpectationEnvironment,
  findings: Findings,
): Expectation[] {
  return lines.flatMap((line, index) => {
    if (line === undefined) return []
    const written = readExpectation(line, ['expect', index], findings)
    if (written === null) return []
    const { expectation, words } = written
    if (isOfAttack(expectation)) {
      const resolved = resolveAttackExpectation(expectation, words, ['expect', index], environment, findings)
      return resolved === null ? [] : [resolved]
    }
    return isKnown(expectation, index, environment, findings) ? [since(expectation, environment.events)] : []
  })
}

function isOfAttack(expectation: Expectation): expectation is AttackExpectation {
  return 'attacker' in expectation
}

function isKnown(
  expectation: Exclude<Expectation, AttackExpectation>,
  index: number,
  { nodes }: ExpectationEnvironment,
  findings: Findings,
): boolean {
  const isOfNode = 'node' in expectation
  const name = isOfNode ? expectation.node : expectation.workload
  const known = isOfNode ? nodes : findings.namesIn('workloads')
  if (name === null || known === null || known.has(name)) return true
  const { text } = expectation
  const start = text.indexOf('(') + 1 + text.slice(text.indexOf('(') + 1).indexOf(name)
  const message = isOfNode ? `no node ${name} sends heartbeats` : `no workload is named ${name}`
  const hint = () =>
    didYouMean(name, known) ??
    (isOfNode && known.size === 0
      ? `add a workload of kind heartbeat on a path of kind ${kindsCarrying('heartbeat').join(' or ')}`
      : undefined)
  findings.reportWithin(['expect', index], start, start + name.length, 'unknown-name', message, hint)
  return false
}

/** Sets the start of a deadline to the first event of the scenario. */
function since(expectation: Expectation, events: readonly EventBlueprint[]): Expectation {
  if (expectation.kind !== 'node-not-ready' || events.length === 0) return expectation
  return { ...expectation, sinceNs: Math.min(...events.map(({ atNs }) => atNs)) }
}
