import type { AttackRequest, StepValues } from '../../attack/parameters/common.ts'
import { longForm } from '../../attack/parameters/common.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName, USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { leadsToApiserver } from '../../cluster/paths/path-kinds.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackStepBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import { formatDuration } from '../../values/units.ts'
import type { AttackerSection, AttackStepSection } from '../schema/attackers.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { checkEnds } from './match-ends.ts'
import { checkMatch } from './packet-match.ts'
import { readParameters, withNames } from './resolve-parameters.ts'
import type { Lookup, Roles } from './resolve-roles.ts'
import type { RoleContext } from './role-lookups.ts'
import { isRole } from './roles.ts'

/** A step of a plan, of which only the paths are resolved. */
export interface StepDraft {
  readonly technique: TechniqueName
  /** The declared names of the attacked paths that exist. */
  readonly paths: readonly string[]
  /** The first role that no path has; null if all paths exist. */
  readonly absent: string | null
}

/** The facts about an attacker that are needed to resolve its steps. */
export interface StepContext {
  readonly findings: Findings
  readonly roles: Roles
  readonly environment: RoleContext
  readonly place: TreePath
  readonly section: AttackerSection
  /** The sections of its allies, whose tokens and private keys it shares. */
  readonly allies: readonly AttackerSection[]
  /** The name of the credential that the attacker has from its position; null for none. */
  readonly ownCredential: string | null
  /** Finds a host by its name or role. The word `it` in a role stands for the path `it`. */
  host(text: string, place: TreePath, it: PathBlueprint | null): Lookup<string>
  /** Finds a certificate, CA or token by its name or role. */
  identity(text: string, place: TreePath, it: PathBlueprint | null): Lookup<string>
}

/**
 * Resolves the names and roles in a step of a plan, and reports contradictions in it.
 * @param held the names of the identities that the attacker has from the start
 */
export function resolveStep(
  section: AttackStepSection,
  { technique, paths, absent }: StepDraft,
  index: number,
  held: readonly string[],
  attacker: StepContext,
): Lookup<AttackStepBlueprint> {
  const place = [...attacker.place, 'plan', index]
  const written = readParameters(section, place, attacker.findings)
  checkAsk(written, paths, place, attacker)
  checkTimes(section, written, place, attacker)
  checkMatch(section, written, place, attacker)
  const it = paths.length === 0 ? null : attacker.roles.instanceOf(paths[0])
  const named = withNames(section, written, place, (what, text, at) => attacker[what](text, at, it))
  if ('absent' in named) return named
  if (paths.length === 0) return { absent: absent ?? 'every path' }
  const step: AttackStepBlueprint = { technique, atNs: section.at ?? 0, paths, parameters: named.value }
  checkMatchEnds(written, step, place, attacker)
  checkPresented(step, held, place, attacker)
  checkCredential(step, held, index, place, attacker)
  checkShown(written, step, place, attacker)
  return { value: step }
}

/** Checks the hosts that a `match` names. Hosts given by a role, in an attack for all kinds of paths, need not fit. */
function checkMatchEnds(
  values: StepValues,
  { paths, parameters }: AttackStepBlueprint,
  place: TreePath,
  { environment, findings }: StepContext,
): void {
  const written = longForm(values.match)
  const named = [written.from, written.to].filter((text) => text !== undefined)
  if (named.length === 0 || named.some(isRole) || written.from === written.to) return
  if (!findings.isFreeOf('hosts', 'paths')) return
  const { cluster, middleboxes } = environment
  const attacked = environment.paths.filter(({ declared }) => paths.includes(declared))
  checkEnds(
    longForm(parameters.match),
    place,
    { paths: attacked, pods: cluster?.members.pods ?? [], middleboxes },
    findings,
  )
}

/** The requests that an apiserver forwards to a kubelet. */
const PASSED_ON: readonly AttackRequest[] = ['exec', 'attach', 'port-forward', 'logs']

function isToApiserver(path: string, roles: Roles): boolean {
  const instance = roles.instanceOf(path)
  return instance !== null && leadsToApiserver(instance.kind)
}

function checkAsk(
  { ask = null }: StepValues,
  paths: readonly string[],
  place: TreePath,
  { findings, environment, roles }: StepContext,
): void {
  if (ask === null || environment.cluster !== null) return
  if (ask === 'node-proxy-exec')
    findings.contradict([...place, 'ask'], 'node-proxy-exec needs a cluster, whose apiserver has a node proxy', {
      hint: 'add the section cluster, or use `ask: exec`',
    })
  if (PASSED_ON.includes(ask) && paths.some((path) => isToApiserver(path, roles)))
    findings.contradict([...place, 'ask'], `an apiserver has a kubelet answer ${ask}, which needs a cluster`, {
      hint: 'add the section cluster, or use a path to a kubelet',
    })
}

function checkTimes(
  { at = 0 }: AttackStepSection,
  { for: lastsNs }: StepValues,
  place: TreePath,
  { findings }: StepContext,
): void {
  if (at + (lastsNs ?? 0) > LONGEST_RUN_NS)
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
  { parameters: { presents = null } }: AttackStepBlueprint,
  held: readonly string[],
  place: TreePath,
  { findings, section, allies, environment }: StepContext,
): void {
  if (presents === null) return
  const identity = environment.identities.get(presents)
  // An unknown identity is reported already.
  if (identity === undefined) return
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
  { technique, parameters: { with: credential = null } }: AttackStepBlueprint,
  held: readonly string[],
  index: number,
  place: TreePath,
  attacker: StepContext,
): void {
  const { findings, section, allies, environment } = attacker
  if (credential === null || credential === GARBAGE_TOKEN) return
  const identity = environment.identities.get(credential)
  if (identity === undefined) return
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
 * Reports a certificate that no connection shows, because no path of the step has TLS. A certificate given by a role is
 * not reported, nor one in an attack for all kinds of paths.
 */
function checkShown(
  written: StepValues,
  { technique, paths, parameters: { presents = null, with: credential = null, ask } }: AttackStepBlueprint,
  place: TreePath,
  { findings, environment, roles }: StepContext,
): void {
  if (paths.some((path) => roles.instanceOf(path)?.tls !== null)) return
  const { serves, requests, credential: usual }: Technique = USED_TECHNIQUES[technique]
  // Agents verify the server that they dial, and the attacker answers them in its place.
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
    if (name === null || isRole(written[key] ?? '')) continue
    if (environment.identities.get(name)?.kind === 'certificate')
      findings.contradict([...place, key], `${name} is never shown: no path of the step has TLS`, {
        hint: `leave \`${key}\` out, or name a path with TLS`,
      })
  }
}

function mayGainBy(plan: readonly (AttackStepSection | undefined)[], gain: 'key' | 'credential'): boolean {
  return plan.some((step) => step !== undefined && TECHNIQUES[step.technique].gains?.includes(gain))
}
