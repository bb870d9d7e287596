import { expect } from 'vitest'
import type { AttackEvent } from '../../src/attack/state/event-counts.ts'
import type { EvidenceResult, KnowledgeResult, VerdictResult } from '../../src/measure/verdict.ts'
import { EVENT_TEXTS } from '../../src/measure/verdicts/outcomes.ts'
import type { ObservedRun, SeenPacket } from './evidence-lab.ts'

/** What a packet carries that shows an event. An empty list: nothing in particular. */
const CARRIED: Readonly<Partial<Record<AttackEvent, readonly string[]>>> = {
  packet: [],
  passed: [],
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

function eventOf({ what }: EvidenceResult): AttackEvent {
  const found = Object.entries(EVENT_TEXTS).find(([, text]) => text === what)
  if (found === undefined) throw new Error(`no event is described as: ${what}`)
  return found[0] as AttackEvent
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

function checkEvidence(run: ObservedRun, verdict: VerdictResult, evidence: EvidenceResult): void {
  const event = eventOf(evidence)
  const seen = packetOf(run, evidence)
  const ports = portsOf(run, verdict.path)
  expect(ports.has(seen.sourcePort) || ports.has(seen.destinationPort)).toBe(true)
  expectAnyOf(seen.carries, CARRIED[event] ?? ['an event without an expectation'])
  if (event === 'packet') expect([seen.firstTick, seen.lastTick]).toContain(evidence.atNs)
  if (!ACCEPTED.includes(event)) return
  expect(seen.stages).toEqual(['sent', 'delivered'])
  expect(seen.lastTick).toBeLessThanOrEqual(evidence.atNs)
  expect(controlledBy(run, verdict.attacker)).toContain(seen.author)
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

/** Checks all pointers of a run to packets, and returns their number. */
export function checkPointers(run: ObservedRun): number {
  const { verdicts, knowledge } = run.result
  const shown = verdicts.flatMap((verdict) => verdict.evidence.map((evidence) => ({ verdict, evidence })))
  const pointing = shown.filter(({ evidence }) => evidence.link !== null)
  for (const { verdict, evidence } of pointing) checkEvidence(run, verdict, evidence)
  const inPackets = knowledge.filter(({ link }) => link !== null)
  for (const known of inPackets) checkKnowledge(run, known)
  return pointing.length + inPackets.length
}
