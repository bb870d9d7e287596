import { expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
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

test.each(cases)('a user may %s while it is called by %s, and nothing is left in the end', (action, call) => {
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
