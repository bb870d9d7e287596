import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { SessionObserver } from '../../security/session-observer.ts'
import type { End } from '../rows.ts'

export const TLS = 0
export const SSH = 1
export type SessionLayer = typeof TLS | typeof SSH

const BUCKETS = 1024
const WORD_BITS = 32

/** The ends of TLS and SSH sessions. */
class EndTable extends Table<End> {
  readonly layer = this.int32()
  /** The session's row in the table of its layer. */
  readonly session = this.int32()
  readonly host = this.int32()
  readonly isClient = this.int32()
  readonly isOver = this.int32()
  /** The names of the contents of the stream below: the one that this end writes, and the one that it reads. */
  readonly ownHigh = this.int32()
  readonly ownLow = this.int32()
  readonly isPeerKnown = this.int32()
  readonly peerHigh = this.int32()
  readonly peerLow = this.int32()
  /** Indices of the layer's directory; NONE where unknown. */
  readonly client = this.int32()
  readonly server = this.int32()
  /** A bit for each attacker that has observed the client's share of the key exchange, in words of 32. */
  readonly recordedBy: Int32Array
  readonly nextBySession = this.handle<End>()
  readonly nextByOwn = this.handle<End>()
  readonly nextByPeer = this.handle<End>()

  constructor(arena: Arena, attackers: number) {
    super(arena, 32)
    this.recordedBy = this.int32(0, Math.max(1, Math.ceil(attackers / WORD_BITS)))
    this.attach()
  }
}

/** The first end of each bucket of the three indexes. */
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

/** An index of ends by two columns: a hash table of linked lists. */
interface EndIndex {
  readonly bucket: 'bySession' | 'byOwn' | 'byPeer'
  readonly next: 'nextBySession' | 'nextByOwn' | 'nextByPeer'
  readonly high: 'layer' | 'ownHigh' | 'peerHigh'
  readonly low: 'session' | 'ownLow' | 'peerLow'
}

const BY_SESSION: EndIndex = { bucket: 'bySession', next: 'nextBySession', high: 'layer', low: 'session' }
const BY_OWN: EndIndex = { bucket: 'byOwn', next: 'nextByOwn', high: 'ownHigh', low: 'ownLow' }
const BY_PEER: EndIndex = { bucket: 'byPeer', next: 'nextByPeer', high: 'peerHigh', low: 'peerLow' }

/** The known facts about the session whose records a content carries. */
export interface SessionFacts {
  /** The hosts of the ends; NONE for an end that has not begun. */
  readonly clientHost: number
  readonly serverHost: number
  /** Indices of the layer's directory; NONE while neither end knows them. */
  readonly client: number
  readonly server: number
  /** Whether the client writes the content. */
  readonly isOfClient: boolean
  /** The end that writes the content and the one that reads it; NONE for an end that has not begun. */
  readonly writer: End
  readonly reader: End
}

/** The ends of all sessions, by the names of the contents that carry their records. */
export class SessionRegistry {
  private readonly ends: EndTable
  private readonly buckets = new Buckets()

  constructor(arena: Arena, attackers: number) {
    this.ends = new EndTable(arena, attackers)
    arena.attach(this.buckets, BUCKETS)
    this.buckets.bySession.fill(NONE)
    this.buckets.byOwn.fill(NONE)
    this.buckets.byPeer.fill(NONE)
  }

  /** Returns the known facts about the session in a content, by the content's name; null if there is no session. */
  find(layer: SessionLayer, nameHigh: number, nameLow: number): SessionFacts | null {
    const { ends } = this
    const writer = this.endIn(BY_OWN, layer, nameHigh, nameLow)
    const reader = this.endIn(BY_PEER, layer, nameHigh, nameLow)
    if (writer === NONE && reader === NONE) return null
    const isOfClient = writer === NONE ? ends.isClient[reader] === 0 : ends.isClient[writer] === 1
    const writerHost = writer === NONE ? NONE : ends.host[writer]
    const readerHost = reader === NONE ? NONE : ends.host[reader]
    const informed = writer !== NONE && ends.client[writer] !== NONE ? writer : reader
    return {
      clientHost: isOfClient ? writerHost : readerHost,
      serverHost: isOfClient ? readerHost : writerHost,
      client: informed === NONE ? NONE : ends.client[informed],
      server: informed === NONE ? NONE : ends.server[informed],
      isOfClient,
      writer,
      reader,
    }
  }

  /** Records that the attacker has observed the client's share of the key exchange, in the content of this name. */
  addRecorder(layer: SessionLayer, nameHigh: number, nameLow: number, attacker: number): void {
    for (const index of [BY_OWN, BY_PEER]) {
      const end = this.endIn(index, layer, nameHigh, nameLow)
      if (end !== NONE) this.ends.recordedBy[end + wordOf(attacker)] |= bitOf(attacker)
    }
  }

  /** Returns whether the attacker has observed the client's share of the key exchange of a session. */
  isRecordedBy({ writer, reader }: SessionFacts, attacker: number): boolean {
    const { recordedBy } = this.ends
    return [writer, reader].some((end) => end !== NONE && (recordedBy[end + wordOf(attacker)] & bitOf(attacker)) !== 0)
  }

  /** Returns the observer that must be connected to the layer. */
  observerOf(layer: SessionLayer): SessionObserver {
    return {
      onSessionBegins: (host, session, isClient, high, low) => this.begin(layer, host, session, isClient, high, low),
      onPeerData: (_host, session, _isClient, high, low) => this.addPeer(layer, session, high, low),
      onPeerKnown: (_host, session, _isClient, client, server) => {
        const begun = this.endIn(BY_SESSION, layer, layer, session)
        if (begun === NONE) return
        this.ends.client[begun] = client
        this.ends.server[begun] = server
      },
      onSessionReady: () => {},
      onRefused: () => {},
      onSessionEnds: (_host, session) => this.end(layer, session),
    }
  }

  private begin(layer: number, host: number, session: number, isClient: boolean, high: number, low: number): void {
    const { ends } = this
    const end = ends.allocate()
    ends.layer[end] = layer
    ends.session[end] = session
    ends.host[end] = host
    ends.isClient[end] = isClient ? 1 : 0
    ends.ownHigh[end] = high
    ends.ownLow[end] = low
    ends.client[end] = NONE
    ends.server[end] = NONE
    this.link(BY_SESSION, end)
    this.link(BY_OWN, end)
  }

  private addPeer(layer: number, session: number, high: number, low: number): void {
    const { ends } = this
    const end = this.endIn(BY_SESSION, layer, layer, session)
    if (end === NONE || ends.isPeerKnown[end] === 1) return
    ends.isPeerKnown[end] = 1
    ends.peerHigh[end] = high
    ends.peerLow[end] = low
    this.link(BY_PEER, end)
  }

  /** Marks an end of a session as closed. Its row stays until the other end has closed, as records may be in flight. */
  private end(layer: SessionLayer, session: number): void {
    const { ends } = this
    const end = this.endIn(BY_SESSION, layer, layer, session)
    if (end === NONE) return
    // The session's row may be reused from now on.
    this.unlink(BY_SESSION, end)
    ends.isOver[end] = 1
    const other = this.otherEnd(layer, end)
    if (other !== NONE && ends.isOver[other] === 0) return
    if (other !== NONE) this.release(other)
    this.release(end)
  }

  private otherEnd(layer: SessionLayer, end: End): End {
    const { ends } = this
    const reader = this.endIn(BY_PEER, layer, ends.ownHigh[end], ends.ownLow[end])
    if (reader !== NONE || ends.isPeerKnown[end] === 0) return reader
    return this.endIn(BY_OWN, layer, ends.peerHigh[end], ends.peerLow[end])
  }

  private release(end: End): void {
    const { ends } = this
    this.unlink(BY_OWN, end)
    if (ends.isPeerKnown[end] === 1) this.unlink(BY_PEER, end)
    ends.release(end)
  }

  // The indexes.

  private endIn({ bucket, next, high, low }: EndIndex, layer: number, wantedHigh: number, wantedLow: number): End {
    const { ends, buckets } = this
    let end = ends.rowAt(buckets[bucket][bucketOf(wantedHigh, wantedLow)])
    while (
      end !== NONE &&
      !(ends[high][end] === wantedHigh && ends[low][end] === wantedLow && ends.layer[end] === layer)
    )
      end = ends[next][end]
    return end
  }

  private link({ bucket, next, high, low }: EndIndex, end: End): void {
    const { ends, buckets } = this
    const index = bucketOf(ends[high][end], ends[low][end])
    ends[next][end] = ends.rowAt(buckets[bucket][index])
    buckets[bucket][index] = end
  }

  private unlink({ bucket, next, high, low }: EndIndex, end: End): void {
    const { ends, buckets } = this
    const index = bucketOf(ends[high][end], ends[low][end])
    let before = ends.rowAt(buckets[bucket][index])
    if (before === end) {
      buckets[bucket][index] = ends[next][end]
      return
    }
    while (ends[next][before] !== end) before = ends[next][before]
    ends[next][before] = ends[next][end]
  }
}

function wordOf(attacker: number): number {
  return Math.floor(attacker / WORD_BITS)
}

function bitOf(attacker: number): number {
  return 1 << (attacker % WORD_BITS)
}

function bucketOf(high: number, low: number): number {
  return finish32(mix32(high, low)) & (BUCKETS - 1)
}
