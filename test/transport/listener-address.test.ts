import { describe, expect, test } from 'vitest'
import { Lab } from '../fixtures/lab.ts'
import { PacketRecord } from '../fixtures/packet-record.ts'

const LOOPBACK = { client: 'b', address: '127.0.0.1', localAddress: '127.0.0.1' } as const

/** b has a second address. */
function open() {
  const hosts = ['a', { name: 'b', addresses: ['10.0.0.2', '203.0.113.1'] }] as const
  return new Lab({ link: 'delay: 1ms', network: { hosts } })
}

describe('a listener at 127.0.0.1', () => {
  test('a listener at 127.0.0.1 accepts connections from 127.0.0.1 to 127.0.0.1 on its own host', () => {
    const lab = open()
    const dialogue = new PacketRecord(lab)
    const { a, b } = lab.connect({ sends: 10 }, { sends: 20 }, '', 8080, { ...LOOPBACK, bind: '127.0.0.1' })
    lab.run()
    expect([a.receivedBytes, b.receivedBytes, a.failure, b.failure]).toEqual([20, 10, null, null])
    expect(new Set(dialogue.lines.map((line) => line.replace(/:\d{5}/, ':*').replace(/ [SF]?\. /, ' ')))).toEqual(
      new Set([
        'b>b S 127.0.0.1:*>127.0.0.1:8080',
        'b>b 127.0.0.1:8080>127.0.0.1:*',
        'b>b 127.0.0.1:8080>127.0.0.1:* 20B',
        'b>b 127.0.0.1:*>127.0.0.1:8080',
        'b>b 127.0.0.1:*>127.0.0.1:8080 10B',
      ]),
    )
    expect(lab.leftovers()).toEqual({})
  })

  test('a listener at 127.0.0.1 refuses connections from other hosts, and from its own host to another address', () => {
    const lab = open()
    const { a: other } = lab.connect({}, {}, 'other', 8080, { bind: '127.0.0.1' })
    const { a: own } = lab.connect({}, 'refuses', 'own', 8080, { client: 'b', server: 'b' })
    lab.run()
    expect([other.failure, own.failure]).toEqual(['connection refused', 'connection refused'])
  })
})

describe('a listener at one address of its host', () => {
  test('a listener at one address of its host lets other listeners use the same port at other addresses', () => {
    const lab = open()
    lab.connect({}, {}, 'one', 8080, { bind: '10.0.0.2' })
    const second = { address: '203.0.113.1', bind: '203.0.113.1', listens: 8080 } as const
    const { a: refused } = lab.connect({}, 'refuses', 'two', 8080, { address: '203.0.113.1' })
    lab.run()
    expect(refused.failure).toBe('connection refused')
    lab.connect({}, {}, 'three', 8081, second)
    const { a: taken } = lab.connect({}, {}, 'four', 8080, { address: '203.0.113.1' })
    lab.run()
    expect(taken.failure).toBe(null)
  })

  test('a listener at one address of its host cannot share its port with another listener at the address', () => {
    const lab = open()
    lab.tcp.listen(1, 8080, 0, lab.addressOf('b'))
    expect(() => lab.tcp.listen(1, 8080, 1, lab.addressOf('b'))).toThrow('has one listener')
    expect(() => lab.tcp.listen(1, 8080, 1)).toThrow('has one listener')
  })
})
