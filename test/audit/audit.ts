import { readdirSync, readFileSync } from 'node:fs'
import type { Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { QuietRuns } from '../../src/simulation/quiet-runs.ts'
import { run } from '../../src/simulation/run.ts'
import { check } from '../../src/study/check/check.ts'
import { readCheck } from '../../src/study/check/read-check.ts'
import { inPlace } from '../../src/study/simulator/in-place.ts'
import { type AnyCluster, type Grantee, PODS, textOf } from './any-cluster.ts'
import {
  ANONYMOUS,
  type Asked,
  accountOf,
  apiserverAllows,
  kubeletOf,
  NAMESPACES,
  type Subject,
  userOf,
} from './own-authorizer.ts'
import { broughtBy, type Claim, walk } from './walk.ts'

export const GAINS: readonly Outcome[] = ['privilege', 'credential', 'relayed', 'impersonated', 'modified', 'read']

const ATTACKS = readdirSync(new URL('../../scenarios/attacks/', import.meta.url)).map((file) => ({
  name: file.replace('.yaml', ''),
  source: { file, text: readFileSync(new URL(`../../scenarios/attacks/${file}`, import.meta.url), 'utf8') },
}))

/** What an attacker got in a run, and that no finding of `check` is about. */
export interface Missed {
  readonly what: string
  /** What it got, as (who, outcome, victim). */
  readonly got: string
}

export interface Audited {
  readonly claims: number
  /** What attackers got in runs, by policy. */
  readonly shown: number
  readonly missed: readonly Missed[]
  /** The claims of the walk that no run shows. */
  readonly unshown: readonly string[]
}

/** Walks a cluster, and shows with runs what its attackers get. */
export function show(cluster: AnyCluster): Pick<Audited, 'claims' | 'shown' | 'unshown'> {
  const claims = walk(cluster)
  return summaryOf(claims, shownBy(cluster, claims))
}

function summaryOf(claims: readonly Claim[], shown: readonly Shown[]) {
  return {
    claims: claims.length,
    shown: shown.reduce((sum, { got }) => sum + got.length, 0),
    unshown: shown.flatMap(({ claim, isGranted }) => (isGranted ? [] : [claim.what])),
  }
}

/** Walks a cluster, shows with runs what its attackers get, and compares with what `check` reports. */
export async function audit(cluster: AnyCluster): Promise<Audited> {
  const claims = walk(cluster)
  const reported = await findingsOf(cluster)
  const shown = shownBy(cluster, claims)
  const missed = shown.flatMap(({ claim, got }) =>
    got.filter((key) => !reported.has(key)).map((key) => ({ what: claim.what, got: key })),
  )
  return { ...summaryOf(claims, shown), missed: [...new Map(missed.map((one) => [one.got, one])).values()] }
}

/** Returns what `check` reports of a cluster, as texts (who, outcome, victim). */
export async function findingsOf(cluster: AnyCluster): Promise<ReadonlySet<string>> {
  const read = readCheck({ text: textOf(cluster), file: 'audit.yaml' }, {}, { attacks: ATTACKS })
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
  const { result } = await check(read.plan, { today: '2027-01-01' }, inPlace())
  return new Set(result.findings.flatMap((finding) => keysOf(finding.verdict, finding.victims, cluster)))
}

interface Shown {
  readonly claim: Claim
  /** What the policy forbids of what it got. */
  readonly got: readonly string[]
  /** Whether the attacker got anything at all, its own included. */
  readonly isGranted: boolean
}

function shownBy(cluster: AnyCluster, claims: readonly Claim[]): readonly Shown[] {
  const harmless = claims.filter(({ isHarmless }) => isHarmless)
  const others = claims.filter(({ isHarmless }) => !isHarmless).map((claim) => [claim])
  return [...(harmless.length > 0 ? [harmless] : []), ...others].flatMap((group) => shownIn(cluster, group))
}

function shownIn(cluster: AnyCluster, claims: readonly Claim[]): readonly Shown[] {
  const attackers = Object.fromEntries(claims.map(({ attacker }, i) => [`a${i}`, attacker]))
  const text = JSON.stringify({ ...broughtBy(cluster), attackers })
  const loaded = loadScenario(
    { text: textOf(cluster), file: 'audit.yaml' },
    { attacks: [{ text, file: 'attack.yaml' }] },
  )
  if (!loaded.ok) throw new Error(`${loaded.problems.map(formatProblem).join('\n')}\n${text}`)
  const { result } = run(loaded.scenario, { quietRuns: new QuietRuns() })
  return claims.map((claim, i) => {
    const own = result.verdicts.filter(({ attacker }) => attacker === `a${i}`)
    return {
      claim,
      got: [...new Set(own.flatMap((verdict) => keysOf(verdict, [verdict.victim], cluster)))],
      isGranted: own.some(
        ({ requests, outcomes }) =>
          requests.some(({ status }) => isAuthorized(status)) || outcomes.some((outcome) => GAINS.includes(outcome)),
      ),
    }
  })
}

/**
 * Returns whether the server that was asked let a request pass. What an apiserver passes on may fail behind it: a kubelet
 * that refuses the apiserver itself gives nobody anything, and the status is 500 then.
 */
function isAuthorized(status: number | null): boolean {
  return status !== null && (status < 400 || status >= 500)
}

/** Returns what a verdict shows of what the policy forbids, as texts (who, outcome, victim). */
function keysOf(verdict: VerdictResult, victims: readonly string[], cluster: AnyCluster): readonly string[] {
  if (verdict.scope !== 'other') return []
  const { vantage, outcomes, requests, exposure } = verdict
  const isByNobody = exposure.messages === 0 && requests.some(({ by }) => by === 'nobody')
  const who = isByNobody ? 'anybody' : placeOf(vantage)
  const rights = verdict.privileges
    .filter(({ held }) => held !== true)
    .map(({ as, verb, resource, on: object }) => {
      const isOfAnyNamespace = resource.startsWith('pods/') && isAllowedInAll(as, { verb, resource }, cluster)
      const where = isOfAnyNamespace ? 'any namespace' : whereOf(object, cluster)
      const isOpen = (where === 'front' || where === 'back') && cluster[where].mode === 'AlwaysAllow'
      return `${identityOf(as, isOpen, cluster)}: ${verb} ${resource} on ${where}`
    })
  const others = outcomes
    .filter((outcome) => GAINS.includes(outcome) && outcome !== 'privilege')
    .flatMap((outcome) => victims.map((victim) => `${who}: ${outcome} of ${whereOf(victim, cluster)}`))
  return [...(outcomes.includes('privilege') ? rights : []), ...others]
}

/** Returns whether an identity may do something in each namespace, of which an attacker shows one. */
function isAllowedInAll(as: string, asked: Omit<Asked, 'namespace'>, cluster: AnyCluster): boolean {
  return NAMESPACES.every((namespace) => apiserverAllows(cluster, subjectOf(as), { ...asked, namespace }))
}

function subjectOf(as: string): Subject {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(as)
  if (account !== null) return accountOf(`${account[1]}/${account[2]}`)
  if (as.startsWith('system:node:')) return kubeletOf(as.replace('system:node:', ''))
  return as === ANONYMOUS.user ? ANONYMOUS : userOf(as)
}

/** Returns the kind of place of an attacker: those between hosts are one, whatever they are able to do. */
function placeOf(vantage: VerdictResult['vantage']): string {
  if (vantage === 'node') return 'root on a node'
  return vantage === 'pod' || vantage === 'user' ? vantage : 'network'
}

/** Returns the pool of a node, the first where both are set up alike, and the namespace of a pod: all of one are one. */
function whereOf(object: string, { front, back }: AnyCluster): string {
  const pod = Object.entries(PODS).find(([app]) => object === `${app}-1`)
  if (pod !== undefined) return pod[1].account.split('/')[0]
  return object === 'back-1' && JSON.stringify(front) === JSON.stringify(back) ? 'front' : object.replace(/-1$/, '')
}

/**
 * Returns an identity, or the first that has the same rights. A kubelet that allows everything asks who somebody is, and
 * not which: there, each kind of identity is one.
 */
function identityOf(as: string, isOpen: boolean, { grants }: AnyCluster): string {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(as)
  const isNode = as.startsWith('system:node:')
  if (isOpen && account !== null) return 'a service account'
  if (isNode) return 'a node'
  const isUser = as === 'alice' || as === 'bob'
  if (isOpen && isUser) return 'a user'
  const name = account === null ? as : `${account[1]}/${account[2]}`
  const grant = grants[name as Grantee]
  if (grant !== undefined && !(as === 'bob' && JSON.stringify(grant) === JSON.stringify(grants.alice))) return name
  return account === null ? (isUser ? 'alice or bob' : as) : 'an account without rights of its own'
}
