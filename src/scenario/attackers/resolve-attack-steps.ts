import type { TechniqueName, Vantage } from '../../attack/vantage.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackStepBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import type { Findings } from '../problems/findings.ts'
import type { AttackerSection, AttackStepSection } from '../schema/attackers.ts'
import { formatDuration } from '../schema/units.ts'
import type { TreePath } from '../tree/tree.ts'
import type { Named, RoleGround, Roles } from './resolve-roles.ts'
import { type StepKey, techniqueNamed } from './techniques.ts'

/** A step, of which so far only its paths are known. */
export interface DrawnStep {
  readonly technique: TechniqueName
  /** Declared names of those that exist. */
  readonly paths: readonly string[]
  /** The first role that no path here has; null: all exist. */
  readonly absent: string | null
}

/** The attacker whose step it is. */
export interface StepGround {
  readonly findings: Findings
  readonly roles: Roles
  readonly surroundings: RoleGround
  readonly place: TreePath
  readonly section: AttackerSection
  /** Whose tokens and keys it has as soon as they have them. */
  readonly allies: readonly AttackerSection[]
  /** A host, a certificate, CA or token, by name or role; `it` in roles is a path of the step. */
  host(text: string, place: TreePath, it: PathBlueprint | null): Named<string>
  identity(text: string, place: TreePath, it: PathBlueprint | null): Named<string>
}

/** @param held names of identities that the attacker has from the start */
export function resolveStep(
  section: AttackStepSection,
  { technique, paths, absent }: DrawnStep,
  index: number,
  held: readonly string[],
  attacker: StepGround,
): Named<AttackStepBlueprint> {
  const place = [...attacker.place, 'plan', index]
  checkKeys(section, place, attacker)
  checkTimes(section, place, attacker)
  const it = paths.length === 0 ? null : attacker.roles.instanceOf(paths[0])
  const identity = (key: 'presents' | 'with') =>
    section[key] === undefined ? null : attacker.identity(section[key], [...place, key], it)
  const end = (key: 'from' | 'to') =>
    section.match?.[key] === undefined ? null : attacker.host(section.match[key], [...place, 'match', key], it)
  const [presents, credential, from, to] = [identity('presents'), identity('with'), end('from'), end('to')]
  for (const one of [presents, credential, from, to]) if (one !== null && 'absent' in one) return one
  if (paths.length === 0) return { absent: absent ?? 'every path' }
  const step: AttackStepBlueprint = {
    technique,
    atNs: section.at ?? 0,
    forNs: section.for ?? null,
    paths,
    count: section.count ?? null,
    match: { from: nameOf(from), to: nameOf(to), kind: section.match?.kind ?? 'any' },
    delayNs: section.delay ?? 0,
    presents: nameOf(presents),
    credential: nameOf(credential),
    ask: section.ask ?? null,
  }
  checkPresented(step, held, place, attacker)
  checkCredential(step, held, index, place, attacker)
  return { value: step }
}

function nameOf(one: Named<string> | null): string | null {
  return one !== null && 'value' in one ? one.value : null
}

const OPTIONAL: readonly StepKey[] = ['for', 'count', 'match', 'delay', 'presents', 'with', 'ask']

function checkKeys(section: AttackStepSection, place: TreePath, { findings }: StepGround): void {
  const { name, keys } = techniqueNamed(section.technique)
  for (const key of OPTIONAL) {
    if (section[key] === undefined || keys.includes(key)) continue
    const message =
      key === 'for'
        ? `${name} is over when it is done, and \`for\` has nothing to end`
        : `the technique ${name} has no ${key}`
    const hint = keys.length === 0 ? undefined : `it has ${keys.join(', ')}`
    findings.report([...place, key], 'contradiction', message, { at: 'key', hint })
  }
  if (name === 'delay' && (section.delay ?? 0) === 0)
    findings.report([...place, 'technique'], 'missing-key', 'the technique delay needs `delay`: how much', {
      hint: 'write it like { technique: delay, delay: 200ms }',
    })
}

function checkTimes(section: AttackStepSection, place: TreePath, { findings }: StepGround): void {
  const { at = 0, for: forNs = 0 } = section
  if (at + forNs > LONGEST_RUN_NS)
    findings.report([...place, 'for'], 'out-of-range', `it would end after ${formatDuration(LONGEST_RUN_NS)}`, {
      hint: 'no run is longer; leave `for` out where it is for good',
    })
}

const ON_HOSTS: readonly Vantage[] = ['pod', 'node']
/** By these an attacker may come to have what it has not from the start. */
const GAINING: readonly TechniqueName[] = ['steal-key', 'bootstrap-node']

function checkPresented(
  { technique, presents }: AttackStepBlueprint,
  held: readonly string[],
  place: TreePath,
  { findings, section, allies, surroundings }: StepGround,
): void {
  if (presents === null) return
  const identity = surroundings.identities.get(presents)
  // What is unknown, or has no place here, is told already.
  if (identity === undefined || !techniqueNamed(technique).keys.includes('presents')) return
  if (identity.kind !== 'certificate') {
    const what = identity.kind === 'ca' ? 'a CA' : 'a token'
    findings.report([...place, 'presents'], 'contradiction', `${presents} is ${what}, and a server shows a certificate`)
    return
  }
  const mayGain = [section, ...allies].some(({ plan }) => isAnyOf(plan, GAINING))
  if (held.includes(presents) || mayGain || ON_HOSTS.includes(section.vantage)) return
  findings.report([...place, 'presents'], 'contradiction', `nobody shows ${presents} who does not have its key`, {
    hint: `write holds: [${section.plan.find((step) => step?.presents !== undefined)?.presents ?? presents}]`,
  })
}

/** By these an attacker may come to have a credential of others. */
const TAKING: readonly TechniqueName[] = [
  'eavesdrop',
  'impersonate-server',
  'relay',
  'steal-token',
  'steal-key',
  'bootstrap-node',
  'readdress-node',
  'claim-agent',
  'spoof-arp',
  'redirect-service',
]

function checkCredential(
  { technique, credential }: AttackStepBlueprint,
  held: readonly string[],
  index: number,
  place: TreePath,
  { findings, section, allies, surroundings }: StepGround,
): void {
  if (credential === null || credential === GARBAGE_TOKEN) return
  const identity = surroundings.identities.get(credential)
  if (identity === undefined || !techniqueNamed(technique).keys.includes('with')) return
  if (identity.kind === 'ca') {
    findings.report([...place, 'with'], 'contradiction', `${credential} is a CA, and nobody proves by one who he is`, {
      hint: 'write a certificate or a token',
    })
    return
  }
  const others = section.plan.filter((_, i) => i !== index || technique === 'bootstrap-node')
  const mayTake = isAnyOf(others, TAKING) || allies.some(({ plan }) => isAnyOf(plan, TAKING))
  if (held.includes(credential) || mayTake || section.vantage === 'node') return
  findings.report([...place, 'with'], 'contradiction', `nobody asks with ${credential} who does not have it`, {
    hint: `write holds: [${section.plan[index]?.with ?? credential}], or a step that takes it`,
  })
}

function isAnyOf(plan: readonly (AttackStepSection | undefined)[], techniques: readonly TechniqueName[]): boolean {
  return plan.some((step) => step !== undefined && techniques.includes(step.technique))
}
