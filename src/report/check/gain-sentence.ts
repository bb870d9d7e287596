import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import type { Party } from '../../cluster/paths/path-kind.ts'
import type { Cause, Finding, Gain } from '../../measure/check.ts'
import type { RealNames } from '../../measure/real-name.ts'
import type { Outcome } from '../../measure/verdict.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import { deedsOf, listed } from './finding-sentence.ts'
import { holderText, hostText, isAssumed, serverText, userText } from './real-names.ts'

/**
 * Describes a gain in a sentence: who can do what with which traffic, followed by the causes with their files and
 * lines, such as "the apiserver does not verify kubelet certificates, kube-apiserver.yaml:34".
 */
export function gainSentence(gain: Gain, names: RealNames): string {
  const text = CLAUSES[gain.who.kind](gain, names)
  const because = gain.causes.map(causeText)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${because.length === 0 ? '' : `: ${because.join('; ')}`}`
}

/** Returns a cause with its source: "the apiserver does not verify kubelet certificates, kube-apiserver.yaml:34". */
export function causeText({ what, from }: Cause): string {
  return from === '' ? what : `${what}, ${from}`
}

const CLAUSES: Readonly<Record<Gain['who']['kind'], (gain: Gain, names: RealNames) => string>> = {
  network: onNetwork,
  anyone: byAnyone,
  identity: byIdentity,
  root: (gain, names) => `root on ${hostsText(placesOf(gain), names)} ${byTechnique(gain, names)}`,
  process: (gain, names) => `a process in ${hostsText(placesOf(gain), names)} ${byTechnique(gain, names)}`,
}

function placesOf({ findings }: Gain): readonly string[] {
  return findings.map(({ on }) => on.name)
}

interface Tier {
  /** Returns the attackers as a grammatical subject. `ends` names the hosts between which they are. */
  readonly subject: (ends: string) => string
  /** The subject of a further clause. */
  readonly also: string
  readonly isIn: (finding: Finding) => boolean
}

/** Attackers on the network, from the least capable to the most capable. */
const TIERS: readonly Tier[] = [
  {
    subject: (ends) => `whoever can observe traffic between ${ends}`,
    also: 'whoever observes it',
    isIn: ({ verdict }) => !VANTAGES[verdict.vantage].injects,
  },
  {
    subject: (ends) => `whoever has a host on the Ethernet segment of ${ends}`,
    also: 'whoever has a host on their segment',
    isIn: ({ on, verdict }) => on.kind === 'segment' && !VANTAGES[verdict.vantage].intercepts,
  },
  {
    subject: (ends) => `whoever can observe traffic between ${ends} and send packets there`,
    also: 'whoever sends packets there too',
    isIn: ({ on, verdict }) => on.kind !== 'segment' && !VANTAGES[verdict.vantage].intercepts,
  },
  {
    subject: (ends) => `whoever can intercept traffic between ${ends}`,
    also: 'whoever intercepts it',
    isIn: () => true,
  },
]

/**
 * Returns the clauses for attackers on the network: those who only observe packets, who inject some, and who intercept.
 */
function onNetwork(gain: Gain, names: RealNames): string {
  const ends = endsText(gain.between, names)
  const known = new Set<string>()
  const clauses = TIERS.flatMap(({ subject, also, isIn }) => {
    const deeds = messageDeeds(gain.findings.filter(isIn), gain, names).filter((deed) => !known.has(deed))
    for (const deed of deeds) known.add(deed)
    return deeds.length === 0 ? [] : [{ subject, also, deeds: listed(deeds) }]
  })
  return clauses
    .map(({ subject, also, deeds }, i) => (i === 0 ? `${subject(ends)} can ${deeds}` : `${also} can also ${deeds}`))
    .join('; ')
}

/** Returns what attackers do with messages of others: read, forge and forward them. */
function messageDeeds(findings: readonly Finding[], { traffic }: Gain, names: RealNames): readonly string[] {
  const outcomes = new Set(findings.flatMap(({ forbidden }) => forbidden))
  const has = (...some: readonly Outcome[]) => some.some((one) => outcomes.has(one))
  const read = [...new Set(traffic.map(({ kind, party }) => NOUNS[kind](party).read))]
  const forged = [...new Set(traffic.map(({ kind, party }) => NOUNS[kind](party).forged))]
  const as = findings.flatMap(({ verdict }) =>
    verdict.asIdentity === null ? [] : [userText(verdict.asIdentity, names)],
  )
  const others = findings.flatMap(({ verdict, forbidden }) =>
    forbidden.flatMap((outcome) => (ON_MESSAGES.includes(outcome) ? [] : deedsOf(outcome, verdict))),
  )
  return [
    ...(has('read', 'relayed') ? [`read ${nounsText(read)}`] : []),
    ...(has('impersonated', 'modified') ? [`forge ${nounsText(forged)}`] : []),
    ...(has('relayed') && as.length > 0 ? [`send requests as ${listed([...new Set(as)])}`] : []),
    ...new Set(others.map((deed) => deed.replace(/^gets /, 'get '))),
  ]
}

const ON_MESSAGES: readonly Outcome[] = ['read', 'relayed', 'impersonated', 'modified']

interface Nouns {
  readonly read: string
  readonly forged: string
}

/** The words for messages that attackers read and forge, by the kind of traffic and the receiving party. */
const NOUNS: Readonly<Record<WorkloadKind, (party: Party) => Nouns>> = {
  logs: () => ({ read: 'logs', forged: 'logs' }),
  exec: () => ({ read: 'exec sessions', forged: 'output of commands' }),
  attach: () => ({ read: 'attached sessions', forged: 'output of commands' }),
  cp: () => ({ read: 'copied files', forged: 'copied files' }),
  'port-forward': () => ({ read: 'forwarded ports', forged: 'forwarded ports' }),
  'proxy-get': (party) => ({ read: `requests to ${PARTIES[party]}`, forged: `responses of ${PARTIES[party]}` }),
  heartbeat: toApiserver,
  watch: toApiserver,
  'pod-changes': toApiserver,
  list: toApiserver,
  requests: (party) => ({ read: `requests to ${PARTIES[party]}`, forged: `responses of ${PARTIES[party]}` }),
  stream: (party) => ({ read: `streams of ${PARTIES[party]}`, forged: `streams of ${PARTIES[party]}` }),
  keystrokes: () => ({ read: 'what is typed', forged: 'what is shown' }),
}

function toApiserver(): Nouns {
  return { read: 'requests to the apiserver', forged: 'responses of the apiserver' }
}

const PARTIES: Readonly<Record<Party, string>> = {
  apiserver: 'the apiserver',
  component: 'components',
  kubelet: 'kubelets',
  node: 'ports of nodes',
  pod: 'pods',
  service: 'services',
  user: 'users',
  host: 'the server',
}

/** Beginnings that are written once if several nouns have them. */
const SHARED_BEGINNINGS = ['requests to ', 'responses of ']

/** Joins nouns: "logs, requests to pods and services". */
function nounsText(nouns: readonly string[]): string {
  const joined = SHARED_BEGINNINGS.flatMap((beginning) => {
    const own = nouns.filter((noun) => noun.startsWith(beginning)).map((noun) => noun.slice(beginning.length))
    return own.length === 0 ? [] : [`${beginning}${listed(own)}`]
  })
  return listed([...nouns.filter((noun) => !SHARED_BEGINNINGS.some((one) => noun.startsWith(one))), ...joined])
}

/** Returns the hosts between which packets go: the control plane, and the nodes. */
function endsText(between: readonly string[], names: RealNames): string {
  const nodes = between.filter((host) => host !== MASTER)
  return nodes.length < between.length ? `the control plane and ${hostsText(nodes, names)}` : hostsText(between, names)
}

/** The host of the control plane in every cluster. */
const MASTER = 'master'

/** The most hosts that are named. */
const MAX_NAMED = 3

/** Returns hosts by their names in the cluster. Pods that the import assumes come last, and are marked as assumed. */
function hostsText(hosts: readonly string[], names: RealNames): string {
  const isPod = (host: string) => isAssumed(host, names)
  const known = hosts.filter((host) => !isPod(host)).map((host) => hostText(host, names))
  return withAssumed(known, hosts.filter(isPod))
}

function withAssumed(known: readonly string[], assumed: readonly string[]): string {
  const pods = assumed.length === 0 ? [] : [`pods (assumed: ${listed(atMost([...new Set(assumed)]))})`]
  return listed([...atMost([...new Set(known)]), ...pods])
}

function atMost(names: readonly string[]): readonly string[] {
  return names.length <= MAX_NAMED + 1
    ? names
    : [...names.slice(0, MAX_NAMED), `${names.length - MAX_NAMED} more hosts`]
}

/** Returns the clause about anybody who can reach a server that asks for no credential. */
function byAnyone({ findings }: Gain, names: RealNames): string {
  const rights = rightsText(findings, names)
  const granted = findings.flatMap(({ verdict: { requests, privileges } }) =>
    requests.filter(
      ({ status, verb, resource }) =>
        status !== null &&
        status < 400 &&
        (rights === null || privileges.some((one) => one.verb === verb && one.resource === resource)),
    ),
  )
  const placesOf = (isPod: boolean) =>
    granted
      .filter(({ server }) => isAssumed(server, names) === isPod)
      .map(({ server, port }) => serverText(server, port, names))
  const [known, assumed] = [placesOf(false), placesOf(true)]
  const count = new Set([...known, ...assumed]).size
  const deed = rights ?? `read what ${count === 1 ? 'it serves' : 'they serve'}`
  return `whoever can reach ${withAssumed(known, assumed)} can ${deed} without a credential`
}

function byIdentity(gain: Gain, names: RealNames): string {
  const { who, findings } = gain
  const rights = rightsText(findings, names)
  const identity = identityText(who.identity ?? '', findings, names)
  return rights === null ? `${identity} ${byTechnique(gain, names)}` : `${identity} may ${rights}`
}

/** Returns the permissions that servers granted: `get nodes/proxy on node-1 and node-2`; null if there are none. */
function rightsText(findings: readonly Finding[], names: RealNames): string | null {
  const all = findings.flatMap(({ verdict }) => verdict.privileges.filter(({ held }) => held !== true))
  const byRight = new Map<string, string[]>()
  for (const { verb, resource, on } of all) {
    const right = `${verb} ${resource}`
    byRight.set(right, [...(byRight.get(right) ?? []), on])
  }
  const texts = [...byRight].map(([right, hosts]) => {
    const where = hosts.every((host) => host === CLUSTER) ? 'in the whole cluster' : `on ${hostsText(hosts, names)}`
    return `${right} ${where}${consequenceOf(right)}`
  })
  return texts.length === 0 ? null : listed(texts)
}

/** The place of permissions about objects of the cluster. */
const CLUSTER = 'cluster'

/** Returns the consequence of a permission, if its name does not tell it. */
function consequenceOf(right: string): string {
  return / nodes\/proxy$/.test(right) ? ' (commands in every container there)' : ''
}

/** Returns the service accounts that servers granted something. Root on a node has the tokens of all its pods. */
function accountsText(findings: readonly Finding[]): string {
  const granted = findings.flatMap(({ verdict }) => verdict.privileges.filter(({ held }) => held !== true))
  const found = granted.flatMap(
    ({ as }) => /^system:serviceaccount:([^:]+):([^:]+)$/.exec(as)?.slice(1).join('/') ?? [],
  )
  const names = [...new Set(found)]
  if (names.length < 2) return `the service account ${names.join('')}`
  const shown = names.length <= MAX_NAMED + 1 ? names : names.slice(0, MAX_NAMED)
  const more = names.length > shown.length ? [`${names.length - shown.length} more`] : []
  return `one of the service accounts ${listed([...shown, ...more])}`
}

function identityText(name: string, findings: readonly Finding[], names: RealNames): string {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  const holders = [...new Set(findings.map(({ verdict }) => verdict.vantage))]
  if (account !== null) {
    const where = [
      ...(holders.includes('pod') ? ['a pod with it'] : []),
      ...(holders.includes('node') ? ['root on a node that has such a pod'] : []),
    ]
    return `whoever has the token of ${accountsText(findings)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`
  }
  if (name.startsWith('system:node:'))
    return `root on ${hostText(name.slice('system:node:'.length), names)}, with the credential of its kubelet,`
  return holderText(name, names)
}

/** Returns the deeds of attackers away from the network path, with the techniques that they use. */
function byTechnique(gain: Gain, names: RealNames): string {
  const techniques = [...new Set(gain.findings.map(({ verdict }) => verdict.technique))]
  const how = techniques.map((name) => {
    const { meaning } = USED_TECHNIQUES[name]
    const [first] = meaning.split(/\.(?:\s|$)/)
    return `${name}, which ${first.charAt(0).toLowerCase()}${first.slice(1)}`
  })
  return `can ${listed(messageDeeds(gain.findings, gain, names))} by ${how.join('; and by ')}`
}
