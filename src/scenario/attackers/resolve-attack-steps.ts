import { type AttackRequest, PARAMETERS } from '../../attack/techniques/parameters.ts'
import { TECHNIQUES, type TechniqueName, USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { leadsToApiserver } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackStepBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import { formatDuration } from '../../values/units.ts'
import type { Findings } from '../problems/findings.ts'
import type { AttackerSection, AttackStepSection } from '../schema/attackers.ts'
import type { TreePath } from '../tree/tree.ts'
import { checkEnds } from './match-ends.ts'
import { checkMatch, matchOf } from './packet-match.ts'
import type { Lookup, RoleContext, Roles } from './resolve-roles.ts'
import { isRole } from './roles.ts'

/** A step of a plan whose paths are resolved, and nothing else. */
export interface StepDraft {
  readonly technique: TechniqueName
  /** The declared names of the paths that exist. */
  readonly paths: readonly string[]
  /** The first role that no path has, or null when all paths exist. */
  readonly absent: string | null
}

/** The facts about an attacker that the resolution of its steps needs. */
export interface StepContext {
  readonly findings: Findings
  readonly roles: Roles
  readonly environment: RoleContext
  readonly place: TreePath
  readonly section: AttackerSection
  /** The sections of its allies, whose tokens and private keys it shares. */
  readonly allies: readonly AttackerSection[]
  /** The name of the credential that the attacker has from its position; null where it has none. */
  readonly ownCredential: string | null
  /** Finds a host by its name or role. The word `it` in a role means the path `it`. */
  host(text: string, place: TreePath, it: PathBlueprint | null): Lookup<string>
  /** Finds a certificate, CA or token by its name or role. */
  identity(text: string, place: TreePath, it: PathBlueprint | null): Lookup<string>
}

/**
 * Resolves the names and roles in a step of a plan, and reports contradictions in it.
 * @param held names of the identities that the attacker has from the start
 */
export function resolveStep(
  section: AttackStepSection,
  { technique, paths, absent }: StepDraft,
  index: number,
  held: readonly string[],
  attacker: StepContext,
): Lookup<AttackStepBlueprint> {
  const place = [...attacker.place, 'plan', index]
  checkParameters(section, paths, place, attacker)
  checkTimes(section, place, attacker)
  checkMatch(section, place, attacker)
  const it = paths.length === 0 ? null : attacker.roles.instanceOf(paths[0])
  const identity = (key: 'presents' | 'with') =>
    section[key] === undefined ? null : attacker.identity(section[key], [...place, key], it)
  const match = matchOf(section)
  const end = (key: 'from' | 'to') =>
    match[key] === undefined ? null : attacker.host(match[key], [...place, 'match', key], it)
  const [presents, credential, from, to] = [identity('presents'), identity('with'), end('from'), end('to')]
  for (const one of [presents, credential, from, to]) if (one !== null && 'absent' in one) return one
  if (paths.length === 0) return { absent: absent ?? 'every path' }
  const step: AttackStepBlueprint = {
    technique,
    atNs: section.at ?? 0,
    forNs: section.for ?? null,
    paths,
    count: section.count ?? null,
    match: {
      from: nameOf(from),
      to: nameOf(to),
      kind: match.kind ?? 'any',
      isStanding: match.connections === 'standing',
    },
    delayNs: section.delay ?? 0,
    presents: nameOf(presents),
    credential: nameOf(credential),
    ask: section.ask ?? null,
  }
  checkMatchEnds(section, step, place, attacker)
  checkPresented(step, held, place, attacker)
  checkCredential(step, held, index, place, attacker)
  checkShown(section, step, place, attacker)
  return { value: step }
}

function nameOf(one: Lookup<string> | null): string | null {
  return one !== null && 'value' in one ? one.value : null
}

/** Checks the hosts that a `match` names. Those named by a role, in an attack that has to fit all paths, may not fit. */
function checkMatchEnds(
  section: AttackStepSection,
  { paths, match, technique }: AttackStepBlueprint,
  place: TreePath,
  { environment, findings }: StepContext,
): void {
  const written = matchOf(section)
  const named = [written.from, written.to].filter((text) => text !== undefined)
  if (named.length === 0 || named.some(isRole) || written.from === written.to) return
  if (!Object.hasOwn(USED_TECHNIQUES[technique].parameters, 'match') || !findings.isFreeOf('hosts', 'paths')) return
  const { cluster, middleboxes } = environment
  const attacked = environment.paths.filter(({ declared }) => paths.includes(declared))
  checkEnds(match, place, { paths: attacked, pods: cluster?.members.pods ?? [], middleboxes }, findings)
}

/** The requests that an apiserver passes on to a kubelet. */
const PASSED_ON: readonly AttackRequest[] = ['exec', 'attach', 'port-forward', 'logs']

function isToApiserver(path: string, roles: Roles): boolean {
  const instance = roles.instanceOf(path)
  return instance !== null && leadsToApiserver(instance.kind)
}

function checkParameters(
  section: AttackStepSection,
  paths: readonly string[],
  place: TreePath,
  { findings, environment, roles }: StepContext,
): void {
  const { technique: name } = section
  const { parameters, requires = [] } = TECHNIQUES[name]
  const own = Object.keys(parameters)
  for (const key of namesOf(PARAMETERS)) {
    if (section[key] === undefined || Object.hasOwn(parameters, key)) continue
    const message =
      key === 'for' ? `the technique ${name} happens once, so it has no \`for\`` : `the technique ${name} has no ${key}`
    const hint = own.length === 0 ? 'leave it out' : `its keys are ${own.join(', ')}`
    findings.contradict([...place, key], message, { at: 'key', hint })
  }
  if (section.ask === 'node-proxy-exec' && environment.cluster === null)
    findings.contradict([...place, 'ask'], 'node-proxy-exec needs a cluster, whose apiserver has a node proxy', {
      hint: 'add the section cluster, or use `ask: exec`',
    })
  const isPassedOn = section.ask !== undefined && PASSED_ON.includes(section.ask)
  if (isPassedOn && environment.cluster === null && paths.some((path) => isToApiserver(path, roles)))
    findings.contradict([...place, 'ask'], `an apiserver has a kubelet answer ${section.ask}, which needs a cluster`, {
      hint: 'add the section cluster, or use a path to a kubelet',
    })
  for (const key of requires)
    if ((section[key] ?? 0) === 0)
      findings.report(
        [...place, 'technique'],
        'missing-key',
        `the technique ${name} needs \`${key}\`: ${parameters[key]?.meaning ?? PARAMETERS[key].meaning}`,
        { hint: `write it like { technique: ${name}, ${key}: ${PARAMETERS[key].example} }` },
      )
}

function checkTimes(section: AttackStepSection, place: TreePath, { findings }: StepContext): void {
  const { at = 0, for: forNs = 0 } = section
  if (at + forNs > LONGEST_RUN_NS)
    findings.report(
      [...place, 'for'],
      'out-of-range',
      `the step would end after ${formatDuration(LONGEST_RUN_NS)}, and no run is longer`,
      {
        hint: 'leave `for` out for a step that lasts until the end',
      },
    )
}

function checkPresented(
  { technique, presents }: AttackStepBlueprint,
  held: readonly string[],
  place: TreePath,
  { findings, section, allies, environment }: StepContext,
): void {
  if (presents === null) return
  const identity = environment.identities.get(presents)
  // An unknown identity, and a key that the technique does not have, are reported already.
  if (identity === undefined || !Object.hasOwn(USED_TECHNIQUES[technique].parameters, 'presents')) return
  if (identity.kind !== 'certificate') {
    const what = identity.kind === 'ca' ? 'a CA' : 'a token'
    findings.contradict([...place, 'presents'], `${presents} is ${what}, but a server presents a certificate`)
    return
  }
  const mayGain = [section, ...allies].some(({ plan }) => mayGainBy(plan, 'key'))
  if (held.includes(presents) || mayGain || VANTAGES[section.vantage].isOnHost) return
  findings.contradict([...place, 'presents'], `the attacker does not have the private key of ${presents}`, {
    hint: `add holds: [${section.plan.find((step) => step?.presents !== undefined)?.presents ?? presents}]`,
  })
}

function checkCredential(
  { technique, credential }: AttackStepBlueprint,
  held: readonly string[],
  index: number,
  place: TreePath,
  attacker: StepContext,
): void {
  const { findings, section, allies, environment } = attacker
  if (credential === null || credential === GARBAGE_TOKEN) return
  const identity = environment.identities.get(credential)
  if (identity === undefined || !Object.hasOwn(USED_TECHNIQUES[technique].parameters, 'with')) return
  if (identity.kind === 'ca') {
    findings.contradict([...place, 'with'], `${credential} is a CA, which is no credential of a client`, {
      hint: 'name a certificate or a token',
    })
    return
  }
  // A technique that steals its own credential has it before it uses it.
  const others = section.plan.filter((_, i) => i !== index || USED_TECHNIQUES[technique].steals !== undefined)
  const mayGain = [others, ...allies.map(({ plan }) => plan)].some((plan) => mayGainBy(plan, 'credential'))
  if (held.includes(credential) || credential === attacker.ownCredential || mayGain || VANTAGES[section.vantage].isRoot)
    return
  findings.contradict([...place, 'with'], `the attacker does not have ${credential}`, {
    hint: `add holds: [${section.plan[index]?.with ?? credential}], or a step that steals it`,
  })
}

/**
 * Reports a certificate that no connection shows, since no path of the step has TLS. A role means a certificate of these
 * paths, or stands in an attack that has to fit all paths.
 */
function checkShown(
  section: AttackStepSection,
  { technique, paths, presents, credential, ask }: AttackStepBlueprint,
  place: TreePath,
  { findings, environment, roles }: StepContext,
): void {
  if (paths.some((path) => roles.instanceOf(path)?.tls !== null)) return
  const { parameters, serves, requests, credential: usual } = USED_TECHNIQUES[technique]
  // Agents verify the server to which they dial, in whose place the attacker answers them.
  const isInAgentTunnel = paths.some((path) => roles.instanceOf(path)?.tunnel?.kind === 'konnectivity')
  const showsToAgents = serves?.at === 'server-address' && isInAgentTunnel
  // Other techniques send their requests to the apiserver, or register with the credential.
  const goesToPaths = usual === undefined || usual === 'of-user'
  const goesToServers = serves?.relays === true || (requests !== undefined && goesToPaths)
  const shown = {
    presents: showsToAgents ? null : presents,
    with: goesToServers && ask !== 'node-proxy-exec' ? credential : null,
  }
  for (const key of ['presents', 'with'] as const) {
    const name = shown[key]
    if (name === null || !Object.hasOwn(parameters, key) || isRole(section[key] ?? '')) continue
    if (environment.identities.get(name)?.kind === 'certificate')
      findings.contradict([...place, key], `${name} is never shown: no path of the step has TLS`, {
        hint: `leave \`${key}\` out, or name a path with TLS`,
      })
  }
}

function mayGainBy(plan: readonly (AttackStepSection | undefined)[], gain: 'key' | 'credential'): boolean {
  return plan.some((step) => step !== undefined && TECHNIQUES[step.technique].gains?.includes(gain))
}
