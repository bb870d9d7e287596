import { describe, expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'

/** A transfer of 4 MB to a host behind a link of 20 Mbps with a queue of 100 packets. */
function transfer({ client = 'offer', server = 'answer', threshold = '20ms' } = {}) {
  const result = simulateText(`
version: 1
hosts:
  client: { tcp: { ecn: ${client} } }
  server: { tcp: { ecn: ${server} } }
links: { wan: { between: [client, server], delay: 20ms, rate: 20Mbps, queue: 100 packets, ce-threshold: ${threshold} } }
paths: { bulk: { from: client, to: server } }
workloads: { get: { path: bulk, requests: 1, response: 4MB } }
`)
  const dropped = result.links.reduce((sum, { droppedAtQueue }) => sum + droppedAtQueue, 0)
  return { digest: result.digest, dropped, seconds: result.simulatedNs / 1e9 }
}

describe('explicit congestion notification', () => {
  test('reduces the window before the queue overflows, and the link stays busy', () => {
    const marked = transfer()
    expect(marked.dropped).toBe(0)
    expect(transfer({ client: 'answer' }).dropped).toBeGreaterThan(0)
    // 4 MB take 1.6 s at the rate of the link.
    expect(marked.seconds).toBeLessThan(2)
  })

  test('is used where one end offers it and the other agrees', () => {
    const without = transfer({ client: 'off', server: 'off' })
    // The SYN comes from the client.
    expect(transfer({ client: 'answer', server: 'offer' }).digest).toBe(without.digest)
    expect(transfer({ client: 'offer', server: 'off' }).dropped).toBe(without.dropped)
    expect(transfer({ client: 'offer', server: 'offer' }).dropped).toBe(0)
  })

  test('changes nothing where nobody offers it, whatever the threshold', () => {
    const { digest } = transfer({ client: 'answer', threshold: '20ms' })
    expect(transfer({ client: 'answer', threshold: '1m' }).digest).toBe(digest)
    expect(transfer({ threshold: '20ms' }).digest).not.toBe(digest)
  })
})
