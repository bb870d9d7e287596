import { NONE } from '../../engine/table.ts'
import { bothObservers, type SessionObserver } from '../../security/session-observer.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import { bothContentObservers, type ContentObserver, type Contents } from '../../transport/streams/content.ts'
import { type SessionEnd, StreamContent, type StreamMessage } from './stream-content.ts'

/** The number of ended sessions that are kept. Some of their packets can still be under way. */
const MOST_ENDED_SESSIONS = 1000

/** Called for each record or message when it is written, in the order of each stream. */
export interface MessageListener {
  onMessage(message: StreamMessage): void
}

interface KnownContent {
  readonly generation: number
  readonly content: StreamContent
}

/** Records which messages each content holds, and the ends of each session. */
export class ContentRecorder implements ContentObserver {
  private readonly contents: Contents
  private readonly listeners: readonly MessageListener[]
  private readonly simulation: Simulation
  /** The contents, by their index in ContentTable. */
  private readonly known: KnownContent[] = []
  private readonly ends = new Map<string, SessionEnd>()
  /** The end that writes each content, and the ends that have its keys, by the name of the content. */
  private readonly writers = new Map<string, SessionEnd>()
  private readonly holders = new Map<string, Set<SessionEnd>>()
  private readonly ended: SessionEnd[] = []

  /** Attaches the recorder to a simulation that has not begun. */
  constructor(simulation: Simulation, listeners: readonly MessageListener[]) {
    this.listeners = listeners
    const { tls, ssh, streams } = simulation.parts
    this.simulation = simulation
    this.contents = streams.contents
    this.contents.observer = bothContentObservers(this.contents.observer, this)
    tls.sessionObserver = bothObservers(tls.sessionObserver, this.observerOf('tls'))
    ssh.sessionObserver = bothObservers(ssh.sessionObserver, this.observerOf('ssh'))
  }

  onMark(row: Content, mark: Mark): void {
    const { marks } = this.contents
    const content = this.contentOf(row)
    const carried = marks.carried[mark]
    const end = marks.endOffset[mark]
    const message: StreamMessage = {
      content,
      start: end - marks.lengthBytes[mark],
      end,
      kind: marks.kind[mark],
      value: marks.value[mark],
      detail: marks.detail[mark],
      carried: carried === NONE ? null : this.contentOf(carried),
      carriedOffset: marks.carriedOffset[mark],
      request: marks.subject[mark],
      writtenNs: this.simulation.timeline.now,
      session: this.writers.get(content.name) ?? null,
    }
    content.add(message)
    for (const listener of this.listeners) listener.onMessage(message)
  }

  /** Returns the record of a content. */
  contentOf(row: Content): StreamContent {
    const { table } = this.contents
    const index = table.indexOf(row)
    const known = this.known[index]
    if (known !== undefined && known.generation === table.generation[row]) return known.content
    const original = table.original[row]
    const name = hexOf(table.nameHigh[row]) + hexOf(table.nameLow[row])
    const content = new StreamContent(name, table.author[row], original === NONE ? null : this.contentOf(original))
    this.known[index] = { generation: table.generation[row], content }
    return content
  }

  /** Returns whether one of the hosts has the keys of the session that wrote the content. */
  hasKeys({ original, name }: StreamContent, isHolder: (host: number) => boolean): boolean {
    for (const end of this.holders.get(original?.name ?? name) ?? []) if (isHolder(end.host)) return true
    return false
  }

  private observerOf(layer: SessionEnd['layer']): SessionObserver {
    const keyOf = (host: number, session: number) => `${layer}/${host}/${session}`
    const endOf = (host: number, session: number) => this.ends.get(keyOf(host, session))
    return {
      onSessionBegins: (host, session, isClient, high, low) => {
        const writes = hexOf(high) + hexOf(low)
        const end: SessionEnd = { layer, host, isClient, writes, reads: null, client: NONE, server: NONE }
        this.ends.set(keyOf(host, session), end)
        this.writers.set(writes, end)
        this.addHolder(writes, end)
      },
      onPeerData: (host, session, _, high, low) => {
        const end = endOf(host, session)
        if (end === undefined) return
        end.reads = hexOf(high) + hexOf(low)
        this.addHolder(end.reads, end)
      },
      onPeerKnown: (host, session, _, client, server) => {
        const end = endOf(host, session)
        if (end !== undefined) Object.assign(end, { client, server })
      },
      onSessionReady: () => {},
      onRefused: () => {},
      onSessionEnds: (host, session) => {
        const end = endOf(host, session)
        this.ends.delete(keyOf(host, session))
        if (end !== undefined) this.ended.push(end)
        if (this.ended.length > MOST_ENDED_SESSIONS) this.forget(this.ended.shift())
      },
    }
  }

  private addHolder(name: string, end: SessionEnd): void {
    const holders = this.holders.get(name) ?? new Set()
    holders.add(end)
    this.holders.set(name, holders)
  }

  private forget(end: SessionEnd | undefined): void {
    if (end === undefined) return
    if (this.writers.get(end.writes) === end) this.writers.delete(end.writes)
    for (const name of [end.writes, end.reads]) {
      const holders = name === null ? undefined : this.holders.get(name)
      holders?.delete(end)
      if (name !== null && holders?.size === 0) this.holders.delete(name)
    }
  }
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
