import { VANTAGES } from '../../attack/vantages.ts'
import { isNameOf } from '../../engine/registry.ts'
import type { Finding, Granted, Tried } from '../../measure/check.ts'
import { WITHOUT_CREDENTIAL } from '../../measure/judge-check.ts'
import type { RealNames } from '../../measure/real-name.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { formatSpan } from '../format-number.ts'
import { identityText } from '../requests-text.ts'
import { holderText, realNameOf, serverText } from './real-names.ts'

/** Describes a finding in a sentence: who does what, by which technique, and whether anybody notices. */
export function sentenceOf(finding: Finding, names: RealNames): string {
  const { verdict, forbidden } = finding
  const deeds = forbidden.flatMap((outcome) => DEEDS[outcome](verdict))
  const whose = verdict.scope === 'own' ? ', its own' : ''
  const how = `${verdict.technique} on ${targetOf(finding, names)}${whose}`
  return `${subjectOf(finding, names)}${holdingOf(finding)} ${listed([...new Set(deeds)])} (${how}); ${NOTICES[verdict.noticed]}${chanceOf(finding)}`
}

/** Returns the assumption that a finding depends on: about the attacker's user, or about the servers. */
export function assumptionOf({ on, verdict: { vantage, requests } }: Finding): {
  readonly user: string | null
  readonly text: string
} {
  const isUser =
    !VANTAGES[vantage].hasNetworkPlace &&
    requests.some(({ status, by }) => status !== null && status < 400 && !WITHOUT_CREDENTIAL.includes(by))
  return isUser
    ? { user: on.name, text: 'nobody knows the permissions of this user' }
    : { user: null, text: 'no file shows these servers' }
}

/** Returns the sentence about rights that somebody has, with the binding and the line that give them. */
export function grantText({ who, rights, what, from }: Granted): string {
  const source = [what, from].filter((text) => text !== '').join(', ')
  return visible(`${who} may ${rights.join('; ')}${source === '' ? '' : ` (${source})`}`)
}

/**
 * Returns the path and the victim. If there are several, it returns the paths, and the servers that responded on each.
 */
function targetOf({ path, paths, victims, verdict }: Finding, names: RealNames): string {
  const where = verdict.path === path ? path : `${path} (at its read-only port)`
  if (victims.length < 2 && paths.length < 2) return `${where}, against ${serverText(verdict.victim, null, names)}`
  const servers = verdict.requests.map(({ server, port }) => serverText(server, port, names))
  return `${listed(paths)}, answered by ${listed([...new Set(servers)])}`
}

/**
 * Returns the share of connections that the attacker gets, if each connection chooses its end at random; empty if the
 * attacker gets all.
 */
function chanceOf({ choices, verdict: { exposure } }: Finding): string {
  const { messages, of } = exposure
  if (choices < 2 || messages === 0 || messages >= of) return ''
  const divisor = greatestCommonDivisor(messages, of)
  return `; by chance, in ${messages / divisor} of ${of / divisor} connections`
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Returns the evidence of the forbidden outcomes: for each the first packet, and evidence without a packet. */
export function evidenceLines({ forbidden, verdict }: Finding): readonly string[] {
  return forbidden.flatMap((outcome) => {
    const shown = verdict.evidence.filter(({ shows }) => shows === outcome)
    const first = [shown.find(({ link }) => link !== null), shown.find(({ link }) => link === null)]
    return first.flatMap((one) => (one === undefined ? [] : [evidenceText(one)]))
  })
}

/** Describes a piece of evidence: `read: at 2.00 s, packet 19 on link/wan/forward: the attacker read a request`. */
export function evidenceText({ shows, atNs, link, packet, what }: VerdictResult['evidence'][number]): string {
  const where = link === null ? '' : `, packet ${packet} on ${link}`
  return `${shows}: at ${formatSpan(atNs)}${where}: ${what}`
}

/** Describes an attacker by the abilities of its vantage at its place. */
function subjectOf({ on: { kind, name: place }, verdict: { vantage } }: Tried, names: RealNames): string {
  const name = kind === 'host' ? serverText(place, null, names) : place
  if (!isNameOf(VANTAGES, vantage)) return `an attacker at ${name}`
  const { hasNetworkPlace, isOnHost, isRoot, intercepts, sees, injects } = VANTAGES[vantage]
  if (!hasNetworkPlace)
    return realNameOf(place, names) !== undefined ? holderText(place, names) : `the Kubernetes user ${place}`
  if (isRoot) return `root on ${name}`
  if (isOnHost) return `a process on ${name}`
  const where = kind === 'host' ? name : `the ${kind} ${name}`
  if (intercepts) return `an attacker in the middle of ${where}`
  if (sees) return `an attacker that observes ${where}${injects ? ' and sends packets' : ''}`
  return `any host with an address at ${where}`
}

/** Lists the tokens and certificates that an attacker has from the start, except a user's own. */
function holdingOf({ holds, verdict: { vantage } }: Tried): string {
  const isUser = isNameOf(VANTAGES, vantage) && !VANTAGES[vantage].hasNetworkPlace
  return isUser || holds.length === 0 ? '' : `, holding ${listed(holds)},`
}

const NOTICES: Readonly<Record<VerdictResult['noticed'], string>> = {
  none: 'nobody notices',
  fault: 'it looks like a fault of the network',
  security: 'a security check reports it',
}

/** Returns clauses for what an attacker did with one outcome. */
export function deedsOf(outcome: Outcome, verdict: VerdictResult): readonly string[] {
  return DEEDS[outcome](verdict)
}

const DEEDS: Readonly<Record<Outcome, (verdict: VerdictResult) => readonly string[]>> = {
  privilege: ({ privileges }) =>
    privileges.map(({ as, verb, resource, on }) => `is allowed to ${verb} ${resource} on ${on} ${identityText(as)}`),
  credential: ({ credentials }) =>
    credentials.map(
      ({ name, identity, acceptedBy }) => `gets ${name}, with which ${acceptedBy} takes it for ${identity}`,
    ),
  relayed: ({ asIdentity }) => [
    `passes on what both ends say${asIdentity === null ? '' : `, and the server takes it for ${asIdentity}`}`,
  ],
  impersonated: () => ['answers in the name of the server'],
  modified: () => ['changes bytes that an honest end accepts'],
  read: ({ exposure: { messages, of }, secrets }) => [
    `reads ${messages === 0 ? 'what is sent' : `${messages} of ${of} messages`}${secrets.length === 0 ? '' : `, with ${secrets.join(', ')}`}`,
  ],
  outage: ({ outageNs }) => [`stops all requests${outageNs === 0 ? '' : ` for ${formatSpan(outageNs)}`}`],
  disrupted: () => ['makes requests or connections fail'],
  degraded: () => ['slows requests down'],
  metadata: () => ['learns who talks with whom, when, and how much'],
  'no-effect': () => ['achieves nothing'],
  'not-tried': () => ['never begins'],
  unreachable: () => ['does not reach the path'],
  'not-applicable': () => ['has nothing to attack'],
}

/** Joins parts by commas and `and`. */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  // A part that contains `and` is set off by a comma.
  const last = parts.some((part) => part.includes(' and ')) ? ', and ' : ' and '
  return `${parts.slice(0, -1).join(', ')}${last}${parts[parts.length - 1]}`
}
