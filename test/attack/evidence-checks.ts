import { expect } from 'vitest'
import type { AttackEvent } from '../../src/attack/state/event-counts.ts'
import { USED_TECHNIQUES } from '../../src/attack/techniques.ts'
import type { EvidenceResult, KnowledgeResult, VerdictResult } from '../../src/measure/verdict.ts'
import { CONSEQUENCE_TEXTS, EVENT_TEXTS } from '../../src/measure/verdicts/outcomes.ts'
import type { ObservedRun, SeenPacket } from './evidence-lab.ts'

/** What a packet carries that shows an event. An empty list: nothing in particular. */
const CARRIED: Readonly<Partial<Record<AttackEvent, readonly string[]>>> = {
  packet: [],
  passed: [],
  acted: [],
  sent: [],
  'handshake-name': ['client hello', 'server flight', 'client flight', 'ssh round'],
  'request-read': ['request head'],
  'request-taken': ['request head'],
  'forged-request-accepted': ['request head'],
  'altered-request-accepted': ['request head', 'body'],
  'answer-read': ['response head'],
  relayed: ['response head'],
  'forged-answer-accepted': ['response head'],
  'altered-accepted': ['response head', 'body'],
  'body-read': ['body'],
  'key-read': ['key'],
  'chunk-read': ['chunk'],
}

/** The events whose packet the attacker has written or altered; an end accepts it after its arrival. */
const ACCEPTED: readonly AttackEvent[] = [
  'forged-answer-accepted',
  'forged-request-accepted',
  'altered-accepted',
  'altered-request-accepted',
  'relayed',
]

const CARRIED_BY_KNOWLEDGE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^token /, ['request head']],
  [/^secret /, ['body']],
  [/^certificate /, ['server flight', 'client flight']],
  [/^host key of /, ['ssh round']],
  [/^session key on /, ['request head', 'response head', 'body']],
]

/** Returns the event that is described so; undefined for a server's decision, and for knowledge. */
function eventOf({ what }: EvidenceResult): AttackEvent | undefined {
  return Object.entries(EVENT_TEXTS).find(([, text]) => text === what)?.[0] as AttackEvent | undefined
}

/** Returns the packet that a pointer names, and checks that it was on the link when the pointer says so. */
function packetOf(
  run: ObservedRun,
  { link, packet, atNs }: { readonly link: string | null; readonly packet: number | null; readonly atNs: number },
): SeenPacket {
  if (link === null || packet === null) throw new Error('the pointer names no packet')
  const seen = run.packet(link, packet)
  if (seen === undefined) throw new Error(`no packet ${packet} came to ${link}`)
  expect(seen.firstTick).toBeLessThanOrEqual(atNs)
  return seen
}

function expectAnyOf(carried: readonly string[], wanted: readonly string[]): void {
  if (wanted.length > 0) expect(carried.filter((one) => wanted.includes(one))).not.toEqual([])
}

/** The ports of the servers of the connections on which packets of a path travel. */
function portsOf({ simulation }: ObservedRun, path: string): ReadonlySet<number> {
  const { plan } = simulation
  const steps = simulation.attack?.plan.steps ?? []
  const isOfPath = (name: string) => name === path || name.startsWith(`${path}/`)
  const legs = steps.flatMap((step) => step.legs).filter((leg) => isOfPath(plan.paths[leg.path].name))
  return new Set(legs.map(({ serverPort }) => serverPort))
}

/** What servers decided: `node-1:10250 let system:anonymous create nodes/proxy on node-1`. */
const DECISION = /^(\S+?)(:\d+)? (let|answered) /

/** Checks that the request which a server decided on had just come to it in the packet. */
function checkDecision(run: ObservedRun, evidence: EvidenceResult, server: string): void {
  const seen = packetOf(run, evidence)
  expectAnyOf(seen.carries, ['request head'])
  expect(seen.stages).toEqual(['sent', 'delivered'])
  expect(seen.lastTick).toBeLessThanOrEqual(evidence.atNs)
  expect(run.endOf(evidence.link ?? '')).toBe(server)
}

/** Checks evidence without a packet: there is no packet that carried it. */
function checkWithoutPacket(verdict: VerdictResult, { source, shows, what }: EvidenceResult & { link: null }): void {
  if (source === 'run') return expect(shows).toBe('not-tried')
  if (source === 'comparison') {
    expect(Object.values<string>(CONSEQUENCE_TEXTS)).toContain(what)
    // Beside it stands the packet by which the attacker caused it.
    const inPackets = verdict.evidence.filter(({ link }) => link !== null)
    return expect(inPackets.map((one) => one.shows)).toSatisfy(
      (shown: string[]) => shown.includes(shows) || shown.includes('privilege'),
    )
  }
  expect([source, shows]).toEqual(['host', 'credential'])
  expect(USED_TECHNIQUES[verdict.technique].steals).toBeDefined()
}

function checkEvidence(run: ObservedRun, verdict: VerdictResult, evidence: EvidenceResult): void {
  if (evidence.link === null) return checkWithoutPacket(verdict, evidence)
  const [, server] = evidence.what.match(DECISION) ?? []
  if (server !== undefined) return checkDecision(run, evidence, server)
  const event = eventOf(evidence)
  // What it learned names the same packet, and is checked there.
  if (event === undefined) return expect(run.result.knowledge.map(({ packet }) => packet)).toContain(evidence.packet)
  const seen = packetOf(run, evidence)
  const ports = portsOf(run, verdict.path)
  expect(ports.has(seen.sourcePort) || ports.has(seen.destinationPort)).toBe(true)
  expectAnyOf(seen.carries, CARRIED[event] ?? ['an event without an expectation'])
  if (event === 'packet' || event === 'acted') expect([seen.firstTick, seen.lastTick]).toContain(evidence.atNs)
  if (!ACCEPTED.includes(event)) return
  expect(seen.stages).toEqual(['sent', 'delivered'])
  expect(seen.lastTick).toBeLessThanOrEqual(evidence.atNs)
  expectAnyOf(seen.authors, controlledBy(run, verdict.attacker))
}

function controlledBy({ simulation }: ObservedRun, name: string): string[] {
  const attacker = simulation.attack?.plan.attackers.find((one) => one.name === name)
  return simulation.plan.hosts.filter((_, host) => attacker?.controls[host] === 1).map((host) => host.name)
}

function checkKnowledge(run: ObservedRun, known: KnowledgeResult): void {
  const wanted = CARRIED_BY_KNOWLEDGE.find(([pattern]) => pattern.test(known.learned))
  if (wanted === undefined) throw new Error(`nothing is expected of: ${known.learned}`)
  expectAnyOf(packetOf(run, known).carries, wanted[1])
}

/**
 * Checks that all evidence of a run which a packet carried names that packet, that this was on its link, carried what it
 * is evidence of, and came before it. Returns the number of pointers.
 */
export function checkPointers(run: ObservedRun): number {
  const { verdicts, knowledge } = run.result
  const shown = verdicts.flatMap((verdict) => verdict.evidence.map((evidence) => ({ verdict, evidence })))
  for (const { verdict, evidence } of shown) checkEvidence(run, verdict, evidence)
  const pointing = shown.filter(({ evidence }) => evidence.link !== null)
  const inPackets = knowledge.filter(({ link }) => link !== null)
  for (const known of inPackets) checkKnowledge(run, known)
  return pointing.length + inPackets.length
}
