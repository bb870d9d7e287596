import { DATA } from '../../cluster/konnectivity/tunnel-tables.ts'
import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../http/marks.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { SessionObserver } from '../../security/session-observer.ts'
import { CHANNEL_DATA, LOGIN_ROUND } from '../../security/ssh-session.ts'
import type { TlsDirectory } from '../../security/tls-peers.ts'
import { APPLICATION_DATA, CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../security/tls-session.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import { CHUNK, KEY } from '../../workload/messages.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { View } from '../rows.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'
import type { Exhibit, Tally } from '../state/tally.ts'
import { VANTAGES } from '../vantages.ts'
import type { HonestEnds } from './honest-ends.ts'
import { Locks } from './locks.ts'
import { IN_THE_OPEN, type Look, type Place } from './look.ts'
import { MessageReader } from './message-reader.ts'
import { PacketPaths } from './packet-paths.ts'
import { Readings } from './readings.ts'
import { SessionBook, SSH, TLS } from './session-book.ts'
import { SessionReader } from './session-reader.ts'
import { StepChoice } from './step-choice.ts'
import { Views } from './views.ts'

/** Says whether a host has an end of the TCP connection of a packet. */
interface Connections {
  hasReceiverOf(packet: Packet, host: number): boolean
  hasSenderOf(packet: Packet, host: number): boolean
}

const OF_OWN_CONNECTION: Place = { ...IN_THE_OPEN, isOfOwnConnection: true }

/** What a wiretap needs to know. */
export interface WiretapGround {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly plan: AttackPlan
  readonly packets: PacketTable
  readonly contents: Contents
  readonly tls: TlsDirectory
  readonly connections: Connections
  /** By path of the plan. */
  readonly ends: readonly HonestEnds[]
  readonly state: AttackState
  readonly tally: Tally
  readonly knowledge: KnowledgeLog
}

/**
 * Follows what attackers see on the wire into all that it carries: records of TLS, channels of SSH, tunnels of
 * Konnectivity, messages of HTTP. A record opens to whoever holds its session's key, when all of it was seen.
 *
 * The marks of what passes for the first time are all there, since whoever is to read it has not.
 */
export class Wiretap {
  /** To be connected to TLS and to SSH. */
  readonly tlsSessions: SessionObserver
  readonly sshSessions: SessionObserver
  readonly choice: StepChoice
  readonly readings: Readings
  readonly messages: MessageReader
  private readonly ground: WiretapGround
  private readonly legs: PacketPaths
  private readonly views: Views
  private readonly locks: Locks
  private readonly sessions: SessionReader
  /** By attacker: when the first of its steps begins. */
  private readonly firstTick: readonly number[]

  constructor(ground: WiretapGround) {
    const { arena, timeline, plan, contents, tls, ends, state, tally, knowledge } = ground
    this.ground = ground
    this.choice = new StepChoice(timeline, plan, state)
    this.locks = new Locks(arena, plan, knowledge)
    this.readings = new Readings(this.choice, tally, knowledge, this.locks)
    this.messages = new MessageReader(arena, ends, this.choice, this.readings)
    const book = new SessionBook(arena)
    this.tlsSessions = book.observerOf(TLS)
    this.sshSessions = book.observerOf(SSH)
    this.sessions = new SessionReader(contents, book, this.choice, this.readings, this.locks, tls)
    this.views = new Views(arena, contents)
    this.legs = new PacketPaths(
      plan,
      plan.attackers.map((_, attacker) => this.choice.listening(attacker)),
    )
    knowledge.onKeyLearned = (attacker) => this.onKeyLearned(attacker)
    this.firstTick = plan.attackers.map((_, attacker) =>
      this.choice.ofAttacker(attacker).reduce((first, step) => Math.min(first, plan.steps[step].startTick), Infinity),
    )
  }

  /** A packet passes where the attacker watches; `serial` is its number there. */
  see(attacker: number, packet: Packet, direction: number, serial: number): void {
    const { packets, timeline } = this.ground
    const { state } = this.choice
    if (state.isSilent || timeline.now < this.firstTick[attacker]) return
    const lengthBytes = packets.payloadBytes[packet]
    const content = packets.content[packet]
    if (lengthBytes === 0 || content === NONE) return
    const look = { attacker, direction, serial, legs: this.legs.find(attacker, packets, packet) }
    const place = this.isOfOwnConnection(attacker, packet) ? OF_OWN_CONNECTION : IN_THE_OPEN
    this.follow(look, place, content, packets.contentOffset[packet], lengthBytes, NONE)
  }

  /** An attacker has come to know a certificate's private key: what it has recorded under it opens. */
  onKeyLearned(attacker: number): void {
    this.locks.open(attacker, (lock, left, findings) => {
      this.views.moveLock(attacker, lock, left)
      for (const finding of findings) this.readings.writeDown(left, finding)
    })
  }

  /** An end of the attacker's own reads a body that was meant for another. */
  readBodyAsEnd(
    attacker: number,
    steps: readonly number[],
    exhibit: Exhibit,
    request: number,
    body: Content,
    offset: number,
    lengthBytes: number,
  ): void {
    const look = { ...exhibit, attacker, legs: [] }
    this.follow(look, { ...IN_THE_OPEN, steps }, body, offset, lengthBytes, request)
  }

  /** One end of it is on the attacker's own host, under whatever address. */
  private isOfOwnConnection(attacker: number, packet: Packet): boolean {
    const { plan, connections } = this.ground
    const { host, vantage } = plan.attackers[attacker]
    if (!VANTAGES[vantage].hasOwnHost) return false
    return connections.hasReceiverOf(packet, host) || connections.hasSenderOf(packet, host)
  }

  /** Reads what of these bytes is news: what comes again, or another way, counts once. `subject`: see Views. */
  private follow(
    look: Look,
    place: Place,
    content: Content,
    offset: number,
    lengthBytes: number,
    subject: number,
  ): void {
    const { views, ground } = this
    const original = ground.contents.originalOf(content)
    const until = offset + lengthBytes
    // What an end of its own reads, or is about to, is not what it reads of others.
    const viewSubject = place.steps === null && !place.isOfOwnConnection ? subject : -2 - subject
    if (place.lock !== NONE && views.hasSeen(views.viewOf(look.attacker, original, viewSubject, NONE), offset, until))
      return
    const view = views.viewOf(look.attacker, original, viewSubject, place.lock)
    const fresh = views.extend(view, offset, until)
    if (fresh === null) return
    const newBytes = fresh.gaps.reduce((sum, gap) => sum + gap.until - gap.from, 0)
    if (subject !== NONE) this.messages.readBody(look, place, subject, ground.contents.table.author[original], newBytes)
    let handledUntil = fresh.from
    for (const gap of fresh.gaps) {
      this.walk(look, place, view, original, subject, gap, handledUntil, fresh.until)
      handledUntil = gap.until
    }
  }

  /** Reads the records that are there as a whole now that `gap` is filled, from `earliest` on. */
  private walk(
    look: Look,
    place: Place,
    view: View,
    content: Content,
    subject: number,
    gap: { readonly from: number; readonly until: number },
    earliest: number,
    latest: number,
  ): void {
    const { marks } = this.ground.contents
    for (let mark = this.views.startingMark(view, gap.from); mark !== NONE; mark = marks.next[mark]) {
      const end = marks.endOffset[mark]
      const start = end - marks.lengthBytes[mark]
      if (start >= gap.until || end > latest) return
      if (end > gap.from && start >= earliest) this.read(look, place, content, mark, subject)
      this.views.rememberMark(view, mark)
    }
  }

  private read(look: Look, place: Place, content: Content, mark: Mark, subject: number): void {
    const { marks, table } = this.ground.contents
    const value = marks.value[mark]
    const kind = marks.kind[mark]
    switch (kind) {
      case CLIENT_HELLO:
      case SERVER_FLIGHT:
      case CLIENT_FLIGHT:
        return this.sessions.readTlsFlight(look, place, content, kind, value)
      case LOGIN_ROUND:
        return this.sessions.readSshRound(look, place, content, value)
      case APPLICATION_DATA:
        return this.goInside(look, this.sessions.inside(look, place, content, TLS), mark)
      case CHANNEL_DATA:
        return this.goInside(look, this.sessions.inside(look, place, content, SSH), mark)
      case DATA:
        return this.goInside(look, this.sessions.insideAgent(look, place), mark)
      case REQUEST_HEAD:
        return this.messages.readRequest(look, place, value, table.author[content])
      case RESPONSE_HEAD:
        return this.messages.readAnswer(look, place, marks.subject[mark], table.author[content])
      case BODY:
        return this.readBody(look, place, mark)
      case KEY:
        return this.messages.readPiece(look, place, subject, table.author[content], 'key-read')
      case CHUNK:
        return this.messages.readPiece(look, place, subject, table.author[content], 'chunk-read')
    }
  }

  private readBody(look: Look, place: Place, mark: Mark): void {
    const { marks } = this.ground.contents
    const [request, carried] = [marks.subject[mark], marks.carried[mark]]
    if (carried === NONE || this.messages.isForOwnEnd(look, place, request)) return
    this.follow(look, place, carried, marks.carriedOffset[mark], marks.value[mark], request)
  }

  private goInside(look: Look, place: Place | null, mark: Mark): void {
    const { marks } = this.ground.contents
    const carried = marks.carried[mark]
    if (place !== null && carried !== NONE)
      this.follow(look, place, carried, marks.carriedOffset[mark], marks.value[mark], NONE)
  }
}
