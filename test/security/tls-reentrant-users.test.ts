import { describe, expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { BAD_RECORD_MAC } from '../../src/security/tls-session.ts'
import type { Stream } from '../../src/transport/rows.ts'
import { type Behaviour, Endpoint } from '../fixtures/endpoint.ts'
import { ms } from '../fixtures/lab.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

const client = tlsClient({ version: '1.2' })
const server = tlsServer()

const COSTLY = {
  ...CPU_FIGURES.instant,
  recordNs: ms(0.1),
  tlsFlightNs: { '1.2': ms(1), '1.3': ms(1) },
}

const CALLS = ['onOpen', 'onData', 'onEnd', 'onDrained'] as const
const ACTIONS = ['abort', 'close', 'finish'] as const

const cases = CALLS.flatMap((call) => ACTIONS.map((action) => [action, call] as const))

test.each(cases)('a user of TLS may %s while it is called by %s, and no rows are left in the end', (action, call) => {
  for (const cpu of [CPU_FIGURES.instant, COSTLY])
    for (const [end, name] of ['asking', 'served'].entries()) {
      // Both ends write more than there is room for.
      const lab = new TlsLab({
        client,
        server,
        cpu,
        asks: { sends: 150_000, chunk: 20_000, finishes: 'when-sent' },
        serves: { sends: 150_000, chunk: 20_000, finishes: 'when-ended' },
      })
      const { endpoints, asking, served } = lab
      const ends = [asking, served]
      let isDone = false
      const passedOn = endpoints[call].bind(endpoints) as (row: number, ...more: readonly number[]) => void
      endpoints[call] = (row: number, ...more: readonly number[]) => {
        passedOn(row, ...more)
        if (row !== end || isDone || ends[row].hasFinished) return
        isDone = true
        ends[row][action]()
        // It is gone at once, and so is not told of anything more.
        if (action === 'abort') expect(lab.hasGone(ends[row])).toBe(true)
      }
      lab.run(ms(5_000))
      // A server that ends when the client has ended has finished by then.
      const isLast = call === 'onEnd' || (call === 'onDrained' && ends[end].writtenBytes === 150_000)
      expect([name, isDone || isLast]).toEqual([name, true])
      for (const one of ends) if (!lab.hasGone(one)) one.close()
      lab.run(ms(70_000))
      expect([lab.tls.sessions.count, lab.leftovers()]).toEqual([0, {}])
    }
})

const METHODS = ['append', 'flush', 'finish', 'close', 'abort', 'hasRoom', 'release'] as const
const EVENTS = ['opened', 'received', 'ended', 'failed', 'drained'] as const

/** Returns the calls that are made about streams that are over, from now on. */
function callsAfterEnd({ streams }: TlsLab): readonly string[] {
  const calls: string[] = []
  const over = new Set<Stream>()
  const open = streams.open.bind(streams)
  streams.open = (...given) => {
    const stream = open(...given)
    over.delete(stream)
    return stream
  }
  const free = streams.free.bind(streams)
  streams.free = (stream) => {
    over.add(stream)
    free(stream)
  }
  for (const name of [...METHODS, ...EVENTS]) {
    const method = (streams[name] as (stream: Stream, ...more: unknown[]) => unknown).bind(streams)
    Object.assign(streams, {
      [name]: (stream: Stream, ...more: unknown[]) => {
        if (over.has(stream)) calls.push(name)
        return method(stream, ...more)
      },
    })
  }
  return calls
}

/** Makes the carrier below tell each session of room while it takes what the session writes, as an SSH channel may. */
function tellOfRoomDuringWrites(lab: TlsLab): void {
  const { streams } = lab
  const flush = streams.flush.bind(streams)
  const lowers = new Set<Stream>()
  const accept = lab.tls.accept.bind(lab.tls)
  lab.tls.accept = (lower, server) => {
    lowers.add(lower)
    return accept(lower, server)
  }
  lowers.add(lab.tls.sessions.lower[lab.tls.sessions.rowAt(0)])
  streams.flush = (stream) => {
    flush(stream)
    if (lowers.has(stream) && streams.table.userKind[stream] !== -1) streams.drained(stream)
  }
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'large pieces': { sends: 150_000, chunk: 20_000, finishes: 'when-sent' },
  'many small pieces': { sends: 60_000, chunk: 500, finishes: 'when-sent' },
}

/** Returns the TLS session of the asking end. */
const rowOf = ({ tls }: TlsLab) => tls.sessions.rowAt(0)

describe('a user that ends its connection while it is called', () => {
  const all = CALLS.flatMap((call) =>
    Object.keys(BEHAVIOURS).flatMap((pieces) =>
      ([false, true] as const).map((tells) => [call, pieces, tells] as const),
    ),
  )

  /**
   * Ends an end's connection in a call, and expects that nothing is done for it from then on, also where another
   * begins.
   */
  function endIn(
    call: (typeof CALLS)[number],
    end: 0 | 1,
    ends: ConstructorParameters<typeof TlsLab>[0],
    tells: boolean,
    reopens: boolean,
  ) {
    for (const action of ['abort', 'close'] as const) {
      const lab = new TlsLab(ends)
      if (tells) tellOfRoomDuringWrites(lab)
      const { endpoints, asking, served, streams } = lab
      const again = new Endpoint('again', { sends: 50_000, chunk: 10_000, finishes: 'when-sent' }, streams)
      const servedAgain = new Endpoint('served again', { sends: 50_000, finishes: 'when-ended' }, streams)
      const calls = callsAfterEnd(lab)
      let calledAfter = 0
      let isDone = false
      const passedOn = endpoints[call].bind(endpoints) as (row: number, ...more: readonly number[]) => void
      endpoints[call] = (row: number, ...more: readonly number[]) => {
        if (row === end && isDone) calledAfter++
        passedOn(row, ...more)
        if (row !== end || isDone || [asking, served][row].hasFinished) return
        isDone = true
        ;[asking, served][row][action]()
        if (!reopens) return
        lab.nextServed.push(servedAgain)
        lab.dialTls(again, 'again')
      }
      lab.run(ms(9_000))
      if (isDone && reopens) {
        expect([again.failure, servedAgain.failure]).toEqual([null, null])
        expect([again.receivedBytes, servedAgain.receivedBytes]).toEqual([50_000, 50_000])
      }
      expect([action, calls, calledAfter]).toEqual([action, [], 0])
      for (const one of [asking, served]) if (!lab.hasGone(one)) one.close()
      lab.run(ms(70_000))
      expect([lab.tls.sessions.count, lab.leftovers()]).toEqual([0, {}])
    }
  }

  test.each(all)(
    'a user of TLS that ends its connection in %s, of %s (told of room during writes: %s), is not called again',
    (call, pieces, tells) => {
      const behaviour = BEHAVIOURS[pieces]
      for (const cpu of [CPU_FIGURES.instant, COSTLY])
        for (const end of [0, 1] as const)
          for (const reopens of [false, true])
            endIn(call, end, { client, server, cpu, asks: behaviour, serves: behaviour }, tells, reopens)
    },
  )

  test.each(['abort', 'close'] as const)(
    'a user of TLS that ends by %s, when told of room while its session is closing or refused, ends it once',
    (action) => {
      for (const say of ['closes', 'refuses'] as const) {
        const lab = new TlsLab({ client, server, asks: { sends: 10, finishes: 'never' } })
        const { streams, asking, endpoints } = lab
        const calls = callsAfterEnd(lab)
        const lower = lab.tls.sessions.lower[rowOf(lab)]
        const stream = () => streams.table.rowAt(asking.stream)
        // The carrier has no room before it has taken what the session says.
        const [hasRoom, flush] = [streams.hasRoom.bind(streams), streams.flush.bind(streams)]
        let hasTaken = true
        streams.hasRoom = (one) => hasRoom(one) && (one !== lower || hasTaken)
        lab.at(ms(100), () => {
          hasTaken = false
          expect(streams.hasRoom(stream())).toBe(false)
          streams.flush = (one) => {
            flush(one)
            if (one !== lower || hasTaken) return
            hasTaken = true
            streams.drained(lower)
          }
          endpoints.onDrained = () => asking[action]()
          if (say === 'closes') streams.finish(stream())
          else lab.tls.refuse(rowOf(lab), 24, BAD_RECORD_MAC, 'connection reset')
        })
        lab.run(ms(70_000))
        expect([say, calls, lab.hasGone(asking)]).toEqual([say, [], true])
        expect([say, lab.tls.sessions.count, lab.leftovers()]).toEqual([say, 0, {}])
      }
    },
  )
})
