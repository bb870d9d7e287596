import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { SessionObserver } from '../../security/session-observer.ts'
import type { End } from '../rows.ts'

export const TLS = 0
export const SSH = 1
export type SessionLayer = typeof TLS | typeof SSH

const BUCKETS = 1024

/** Ends of sessions. */
class EndTable extends Table<End> {
  readonly layer = this.uint8()
  /** Its row in TLS or SSH. */
  readonly session = this.int32()
  readonly host = this.int32()
  readonly isClient = this.uint8()
  readonly isOver = this.uint8()
  /** Of the contents of the stream below: what this end says in, and what it hears. */
  readonly ownHigh = this.int32()
  readonly ownLow = this.int32()
  readonly isPeerHeard = this.uint8()
  readonly peerHigh = this.int32()
  readonly peerLow = this.int32()
  /** Indices of their directory; NONE: not known. */
  readonly client = this.int32()
  readonly server = this.int32()
  /** A bit for each attacker that has seen the client's share of the key exchange. */
  readonly recordedBy = this.int32()
  readonly nextBySession = this.handle<End>()
  readonly nextByOwn = this.handle<End>()
  readonly nextByPeer = this.handle<End>()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

class Buckets implements ArenaTable {
  bySession!: Int32Array
  byOwn!: Int32Array
  byPeer!: Int32Array

  layOut(columns: Columns): void {
    this.bySession = columns.int32()
    this.byOwn = columns.int32()
    this.byPeer = columns.int32()
  }
}

/** Who is behind the records of a content, as far as any end has noticed. Hosts are NONE where that end is not there. */
export interface SessionFacts {
  readonly clientHost: number
  readonly serverHost: number
  /** Indices of their directory; NONE: neither end knows yet. */
  readonly client: number
  readonly server: number
  /** The content is what the client says. */
  readonly isOfClient: boolean
  /** A bit for each attacker that has seen the client's share of the key exchange. */
  readonly recordedBy: number
}

/** Where the ends of all sessions are, by the names of the contents that carry their records. */
export class SessionBook {
  private readonly ends: EndTable
  private readonly buckets = new Buckets()

  constructor(arena: Arena) {
    this.ends = new EndTable(arena)
    arena.attach(this.buckets, BUCKETS)
    this.buckets.bySession.fill(NONE)
    this.buckets.byOwn.fill(NONE)
    this.buckets.byPeer.fill(NONE)
  }

  /** null: nobody is known to have a session there. */
  find(layer: SessionLayer, nameHigh: number, nameLow: number): SessionFacts | null {
    const { ends } = this
    const speaker = this.speaker(layer, nameHigh, nameLow)
    const listener = this.listener(layer, nameHigh, nameLow)
    if (speaker === NONE && listener === NONE) return null
    const isOfClient = speaker === NONE ? ends.isClient[listener] === 0 : ends.isClient[speaker] === 1
    const speakerHost = speaker === NONE ? NONE : ends.host[speaker]
    const listenerHost = listener === NONE ? NONE : ends.host[listener]
    const recordedBySpeaker = speaker === NONE ? 0 : ends.recordedBy[speaker]
    const recordedByListener = listener === NONE ? 0 : ends.recordedBy[listener]
    const knowing = speaker !== NONE && ends.client[speaker] !== NONE ? speaker : listener
    return {
      clientHost: isOfClient ? speakerHost : listenerHost,
      serverHost: isOfClient ? listenerHost : speakerHost,
      client: knowing === NONE ? NONE : ends.client[knowing],
      server: knowing === NONE ? NONE : ends.server[knowing],
      isOfClient,
      recordedBy: recordedBySpeaker | recordedByListener,
    }
  }

  /** The attacker has seen what the client sends to agree upon keys, in the content of this name. */
  noteRecorded(layer: SessionLayer, nameHigh: number, nameLow: number, attacker: number): void {
    for (const end of [this.speaker(layer, nameHigh, nameLow), this.listener(layer, nameHigh, nameLow)])
      if (end !== NONE) this.ends.recordedBy[end] |= attackerBit(attacker)
  }

  /** To be connected to TLS or SSH. */
  observerOf(layer: SessionLayer): SessionObserver {
    return {
      onSessionBegins: (host, session, isClient, high, low) => this.begin(layer, host, session, isClient, high, low),
      onPeerHeard: (_host, session, _isClient, high, low) => this.hear(layer, session, high, low),
      onPeerKnown: (_host, session, _isClient, client, server) => {
        const end = this.bySession(layer, session)
        if (end === NONE) return
        this.ends.client[end] = client
        this.ends.server[end] = server
      },
      onSessionReady: () => {},
      onRefused: () => {},
      onSessionEnds: (_host, session) => this.end(layer, session),
    }
  }

  private begin(layer: number, host: number, session: number, isClient: boolean, high: number, low: number): void {
    const { ends, buckets } = this
    const end = ends.allocate()
    ends.layer[end] = layer
    ends.session[end] = session
    ends.host[end] = host
    ends.isClient[end] = isClient ? 1 : 0
    ends.ownHigh[end] = high
    ends.ownLow[end] = low
    ends.client[end] = NONE
    ends.server[end] = NONE
    const ofSession = sessionBucket(layer, session)
    ends.nextBySession[end] = this.ends.rowAt(buckets.bySession[ofSession])
    buckets.bySession[ofSession] = end
    const ofName = nameBucket(high, low)
    ends.nextByOwn[end] = this.ends.rowAt(buckets.byOwn[ofName])
    buckets.byOwn[ofName] = end
  }

  private hear(layer: number, session: number, high: number, low: number): void {
    const { ends, buckets } = this
    const end = this.bySession(layer, session)
    if (end === NONE || ends.isPeerHeard[end] === 1) return
    ends.isPeerHeard[end] = 1
    ends.peerHigh[end] = high
    ends.peerLow[end] = low
    const bucket = nameBucket(high, low)
    ends.nextByPeer[end] = this.ends.rowAt(buckets.byPeer[bucket])
    buckets.byPeer[bucket] = end
  }

  /** Records may still be on their way: who ends first is remembered until the other ends too. */
  private end(layer: SessionLayer, session: number): void {
    const { ends } = this
    const end = this.bySession(layer, session)
    if (end === NONE) return
    this.unlinkSession(end)
    ends.isOver[end] = 1
    const other = this.otherEnd(layer, end)
    if (other === NONE) return this.release(end)
    if (ends.isOver[other] === 0) return
    this.release(other)
    this.release(end)
  }

  private otherEnd(layer: SessionLayer, end: End): End {
    const { ends } = this
    const listener = this.listener(layer, ends.ownHigh[end], ends.ownLow[end])
    if (listener !== NONE || ends.isPeerHeard[end] === 0) return listener
    return this.speaker(layer, ends.peerHigh[end], ends.peerLow[end])
  }

  private speaker(layer: SessionLayer, high: number, low: number): End {
    const { ends } = this
    let end = this.ends.rowAt(this.buckets.byOwn[nameBucket(high, low)])
    while (end !== NONE && !(ends.ownHigh[end] === high && ends.ownLow[end] === low && ends.layer[end] === layer))
      end = ends.nextByOwn[end]
    return end
  }

  private listener(layer: SessionLayer, high: number, low: number): End {
    const { ends } = this
    let end = this.ends.rowAt(this.buckets.byPeer[nameBucket(high, low)])
    while (end !== NONE && !(ends.peerHigh[end] === high && ends.peerLow[end] === low && ends.layer[end] === layer))
      end = ends.nextByPeer[end]
    return end
  }

  /** Those that are over have given their row to others. */
  private bySession(layer: number, session: number): End {
    const { ends } = this
    let end = this.ends.rowAt(this.buckets.bySession[sessionBucket(layer, session)])
    while (end !== NONE && !(ends.session[end] === session && ends.layer[end] === layer)) end = ends.nextBySession[end]
    return end
  }

  private unlinkSession(end: End): void {
    const { ends, buckets } = this
    const bucket = sessionBucket(ends.layer[end], ends.session[end])
    const first = this.ends.rowAt(buckets.bySession[bucket])
    if (first === end) {
      buckets.bySession[bucket] = ends.nextBySession[end]
      return
    }
    let before = first
    while (ends.nextBySession[before] !== end) before = ends.nextBySession[before]
    ends.nextBySession[before] = ends.nextBySession[end]
  }

  private unlinkOwn(end: End): void {
    const { ends, buckets } = this
    const bucket = nameBucket(ends.ownHigh[end], ends.ownLow[end])
    const first = this.ends.rowAt(buckets.byOwn[bucket])
    if (first === end) {
      buckets.byOwn[bucket] = ends.nextByOwn[end]
      return
    }
    let before = first
    while (ends.nextByOwn[before] !== end) before = ends.nextByOwn[before]
    ends.nextByOwn[before] = ends.nextByOwn[end]
  }

  private unlinkPeer(end: End): void {
    const { ends, buckets } = this
    const bucket = nameBucket(ends.peerHigh[end], ends.peerLow[end])
    const first = this.ends.rowAt(buckets.byPeer[bucket])
    if (first === end) {
      buckets.byPeer[bucket] = ends.nextByPeer[end]
      return
    }
    let before = first
    while (ends.nextByPeer[before] !== end) before = ends.nextByPeer[before]
    ends.nextByPeer[before] = ends.nextByPeer[end]
  }

  private release(end: End): void {
    const { ends } = this
    this.unlinkOwn(end)
    if (ends.isPeerHeard[end] === 1) this.unlinkPeer(end)
    ends.release(end)
  }
}

/** Attackers past the thirty-first share bits, and so what they have recorded. */
export function attackerBit(attacker: number): number {
  return 1 << (attacker % 31)
}

function nameBucket(high: number, low: number): number {
  return finish32(mix32(high, low)) & (BUCKETS - 1)
}

function sessionBucket(layer: number, session: number): number {
  return finish32(mix32(layer, session)) & (BUCKETS - 1)
}
