import { DATA } from '../../cluster/konnectivity/tunnel-tables.ts'
import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../http/marks.ts'
import type { AddressBook } from '../../network/address-book.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { SessionObserver } from '../../security/session-observer.ts'
import { CHANNEL_DATA, LOGIN_ROUND } from '../../security/ssh-session.ts'
import type { TlsDirectory } from '../../security/tls-peers.ts'
import { APPLICATION_DATA, CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../security/tls-session.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Tcp } from '../../transport/tcp.ts'
import { CHUNK, FRAME_DATA, KEY, TUNNEL_DATA } from '../../workload/messages.ts'
import type { SessionPlan } from '../../workload/streaming/session-plan.ts'
import type { PacketWatcher } from '../agents/agents.ts'
import type { AttackRecord } from '../attack-record.ts'
import { LegIndex } from '../leg-index.ts'
import type { View } from '../rows.ts'
import type { PacketReference } from '../state/event-counts.ts'
import { VANTAGES } from '../vantages.ts'
import { FindingRecorder } from './finding-recorder.ts'
import { FRAME_KINDS, type FramePackets } from './frame-packets.ts'
import type { HonestEnds } from './honest-ends.ts'
import { type Encapsulation, type Inspection, NOT_ENCAPSULATED } from './inspection.ts'
import { Locks } from './locks.ts'
import { MessageReader } from './message-reader.ts'
import type { Replicas } from './replicas.ts'
import { type NewBytes, SeenRanges } from './seen-ranges.ts'
import { SessionReader } from './session-reader.ts'
import { SessionRegistry, SSH, TLS } from './session-registry.ts'
import { StepAttribution } from './step-attribution.ts'

const OF_OWN_CONNECTION: Encapsulation = { ...NOT_ENCAPSULATED, isOfOwnConnection: true }

/** The parts of a simulation that a wiretap is built from. */
export interface WiretapParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly attack: AttackRecord
  readonly packets: PacketTable
  readonly addresses: AddressBook
  readonly contents: Contents
  readonly frames: FramePackets
  readonly tls: TlsDirectory
  readonly tcp: Tcp
  /** The sessions that requests begin after an upgrade. */
  readonly sessions: ReadonlyMap<number, SessionPlan>
  /** The hosts at the ends of each path of the plan. */
  readonly ends: readonly HonestEnds[]
  readonly replicas: Replicas
  /** Tells if a connection of others has gone through a Konnectivity agent that the step runs. */
  readonly hasCarried: (step: number) => boolean
}

/** The data of one content being followed, and its encapsulation. */
interface Reading {
  readonly inspection: Inspection
  readonly around: Encapsulation
  readonly view: View
  readonly content: Content
  /** The request whose body the data is; NONE if it is not a body. */
  readonly subject: number
}

/**
 * Follows the packets that attackers observe into all that they carry: TLS records, SSH channels, Konnectivity tunnels,
 * HTTP messages. An attacker reads a record when it has the session's key and has observed all of the record.
 *
 * All marks of data that passes for the first time are there, because its receiver has not read it yet.
 */
export class Wiretap implements PacketWatcher {
  /** The observers that must be connected to TLS and SSH. */
  readonly tlsSessions: SessionObserver
  readonly sshSessions: SessionObserver
  readonly attribution: StepAttribution
  readonly recorder: FindingRecorder
  readonly messages: MessageReader
  private readonly parts: WiretapParts
  /** The legs that the message-reading steps of each attacker concern. */
  private readonly legs: readonly LegIndex[]
  private readonly seen: SeenRanges
  private readonly frames: FramePackets
  private readonly locks: Locks
  private readonly sessions: SessionReader
  /** The tick at which the first step of each attacker starts. */
  private readonly firstTick: readonly number[]

  constructor(parts: WiretapParts) {
    const { arena, timeline, attack, contents, frames, tls, ends, hasCarried } = parts
    const { plan, state, knowledge } = attack
    this.parts = parts
    const attribution = new StepAttribution(timeline, plan, state, hasCarried)
    this.attribution = attribution
    this.locks = new Locks(arena, knowledge)
    this.recorder = new FindingRecorder(attack, this.locks)
    this.messages = new MessageReader(arena, ends, attribution, this.recorder)
    const sessions = new SessionRegistry(arena, plan.attackers.length)
    this.tlsSessions = sessions.observerOf(TLS)
    this.sshSessions = sessions.observerOf(SSH)
    const { locks, recorder } = this
    this.sessions = new SessionReader({ contents, sessions, attribution, recorder, locks, tls })
    this.seen = new SeenRanges(arena, contents)
    this.frames = frames
    this.legs = plan.attackers.map((_, attacker) => new LegIndex(plan, attribution.reading(attacker)))
    knowledge.onKeyLearned = (attacker) => this.onKeyLearned(attacker)
    this.firstTick = plan.attackers.map((_, attacker) =>
      attribution.ofAttacker(attacker).reduce((first, step) => Math.min(first, plan.steps[step].startTick), Infinity),
    )
  }

  /** Called when the attacker observes a packet on a link direction; `serial` is the packet's number there. */
  see(attacker: number, packet: Packet, direction: number, serial: number): void {
    const { packets, timeline } = this.parts
    const { state } = this.attribution
    if (state.areAllDisabled || timeline.now < this.firstTick[attacker]) return
    const lengthBytes = packets.payloadBytes[packet]
    const content = packets.content[packet]
    if (lengthBytes === 0 || content === NONE) return
    const inspection = { attacker, direction, serial, legs: this.legs[attacker].find(packets, packet) }
    const around = this.isOfOwnConnection(attacker, packet) ? OF_OWN_CONNECTION : NOT_ENCAPSULATED
    this.follow(inspection, around, content, packets.contentOffset[packet], lengthBytes, NONE)
  }

  /** Decrypts what the attacker has recorded and a newly learned private key can open. */
  private onKeyLearned(attacker: number): void {
    this.locks.open(attacker, (lock, left, findings) => {
      this.seen.moveLock(attacker, lock, left)
      for (const finding of findings) this.recorder.record(left, finding)
    })
  }

  /** Reads a body that was meant for another host and that an end on the attacker's own host has received. */
  readBodyAtEnd(
    attacker: number,
    steps: readonly number[],
    packet: PacketReference,
    request: number,
    replica: number,
    body: Content,
    offset: number,
    lengthBytes: number,
  ): void {
    const inspection = { ...packet, attacker, legs: [] }
    this.follow(inspection, { ...NOT_ENCAPSULATED, steps, replica }, body, offset, lengthBytes, request)
  }

  /**
   * Returns whether the attacker's sockets have an end of the packet's connection: one on its own host, under any address,
   * or one that was diverted to its host of the scenario, under another host's address.
   */
  private isOfOwnConnection(attacker: number, packet: Packet): boolean {
    const { attack, tcp, packets, addresses } = this.parts
    const { host, vantage } = attack.plan.attackers[attacker]
    if (VANTAGES[vantage].hasOwnHost) return tcp.hasReceiverOf(packet, host) || tcp.hasSenderOf(packet, host)
    return addresses.hostOf(packets.destination[packet], host) !== host && tcp.hasReceiverOf(packet, host)
  }

  /**
   * Reads those of the bytes that the attacker has not seen before. `subject`: see Reading. `isData`: whether the bytes
   * are a body, or data of a session, and not frames around such data.
   */
  private follow(
    inspection: Inspection,
    around: Encapsulation,
    content: Content,
    offset: number,
    lengthBytes: number,
    subject: number,
    isData = !this.parts.sessions.has(subject),
  ): void {
    const { seen } = this
    const { contents } = this.parts
    const { attacker } = inspection
    const original = contents.originalOf(content)
    const until = offset + lengthBytes
    // Data that the attacker's own end reads are counted separately from data of others that the attacker observes.
    const viewSubject = around.steps === null && !around.isOfOwnConnection ? subject : -2 - subject
    if (around.lock !== NONE && seen.hasSeen(seen.viewOf(attacker, original, viewSubject, NONE), offset, until)) return
    const view = seen.viewOf(attacker, original, viewSubject, around.lock)
    const fresh = seen.extend(view, offset, until)
    if (fresh === null) return
    const newBytes = fresh.gaps.reduce((sum, gap) => sum + gap.until - gap.from, 0)
    const author = contents.table.author[original]
    if (subject !== NONE && isData) this.messages.readBody(inspection, around, subject, author, newBytes)
    this.readRecords({ inspection, around, view, content: original, subject }, fresh)
  }

  /** Reads the records that are complete now that the gaps are filled. */
  private readRecords(reading: Reading, { from, until, gaps }: NewBytes): void {
    const { marks } = this.parts.contents
    let handledUntil = from
    for (const gap of gaps) {
      let mark = this.seen.startingMark(reading.view, gap.from)
      for (; mark !== NONE; mark = marks.next[mark]) {
        const end = marks.endOffset[mark]
        const start = end - marks.lengthBytes[mark]
        if (start >= gap.until || end > until) break
        if (end > gap.from && start >= handledUntil) this.read(reading, mark)
        this.seen.rememberMark(reading.view, mark)
      }
      handledUntil = gap.until
    }
  }

  private read({ inspection, around, content, subject }: Reading, mark: Mark): void {
    const { marks, table } = this.parts.contents
    const value = marks.value[mark]
    const kind = marks.kind[mark]
    if (FRAME_KINDS.includes(kind)) this.frames.note(inspection.attacker, content, marks.endOffset[mark], inspection)
    switch (kind) {
      case CLIENT_HELLO:
      case SERVER_FLIGHT:
      case CLIENT_FLIGHT:
        return this.sessions.readTlsFlight(inspection, around, content, kind, value)
      case LOGIN_ROUND:
        return this.sessions.readSshRound(inspection, around, content, value)
      case APPLICATION_DATA:
        return this.followCarried(inspection, this.sessions.inside(inspection, around, content, TLS), mark, NONE)
      case CHANNEL_DATA:
        return this.followCarried(inspection, this.sessions.inside(inspection, around, content, SSH), mark, NONE)
      case DATA:
        return this.followCarried(inspection, this.sessions.insideAgent(inspection, around), mark, NONE)
      case REQUEST_HEAD:
        return this.messages.readRequest(inspection, this.about(around, value, content), value, table.author[content])
      case RESPONSE_HEAD: {
        const request = marks.subject[mark]
        return this.messages.readResponse(
          inspection,
          this.about(around, request, content),
          request,
          table.author[content],
        )
      }
      case BODY:
        return this.readBody(inspection, this.about(around, marks.subject[mark], content), mark)
      case TUNNEL_DATA:
        return this.followCarried(inspection, around, mark, subject)
      case FRAME_DATA:
        return this.followCarried(inspection, around, mark, subject, true)
      case KEY:
        return this.messages.readPiece(inspection, around, subject, table.author[content], 'key-read')
      case CHUNK:
        return this.messages.readPiece(inspection, around, subject, table.author[content], 'chunk-read')
    }
  }

  /** Returns the encapsulation of a message of a request, which is in the content of a connection. */
  private about(around: Encapsulation, request: number, content: Content): Encapsulation {
    const path = this.attribution.plan.requests[request]?.path ?? NONE
    return path === NONE ? around : { ...around, replica: this.parts.replicas.of(path, content) }
  }

  private readBody(inspection: Inspection, around: Encapsulation, mark: Mark): void {
    const request = this.parts.contents.marks.subject[mark]
    if (!this.messages.isForOwnEnd(inspection, around, request)) this.followCarried(inspection, around, mark, request)
  }

  /** Follows the content that a record carries. `around` is null where the attacker cannot decrypt it. */
  private followCarried(
    inspection: Inspection,
    around: Encapsulation | null,
    mark: Mark,
    subject: number,
    isData?: boolean,
  ): void {
    const { marks } = this.parts.contents
    const carried = marks.carried[mark]
    if (around !== null && carried !== NONE)
      this.follow(inspection, around, carried, marks.carriedOffset[mark], marks.value[mark], subject, isData)
  }
}
