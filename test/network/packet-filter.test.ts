import { describe, expect, test } from 'vitest'
import type { FirewallBlueprint, FirewallRuleBlueprint } from '../../src/simulation/blueprint.ts'
import { Lab, ms } from '../fixtures/lab.ts'
import { PacketRecord } from '../fixtures/packet-record.ts'

const ANY = { from: null, to: null, ports: null } as const

function rule(action: FirewallRuleBlueprint['action'], what: Partial<FirewallRuleBlueprint> = {}) {
  return { ...ANY, ...what, action }
}

/** Builds a and b on a link of 10 ms, and c behind b. */
function guarded(firewall: FirewallBlueprint) {
  const lab = new Lab({
    link: '',
    network: {
      hosts: ['a', 'b', 'c'],
      links: [
        { name: 'wan', between: ['a', 'b'], line: 'delay: 10ms' },
        { name: 'x', between: ['b', 'c'], line: 'delay: 10ms' },
      ],
      firewall,
    },
  })
  return { lab, dialogue: new PacketRecord(lab) }
}

/** Returns the outcome of a connection from a to a host and port. */
function outcome(firewall: FirewallBlueprint, port: number, server = 'b'): string {
  const { lab } = guarded(firewall)
  const { a } = lab.connect({ sends: 10 }, { sends: 10 }, '', port, { server })
  lab.run()
  expect(lab.leftovers()).toEqual({})
  return a.failure ?? `${a.receivedBytes} bytes`
}

describe('a firewall', () => {
  test('a firewall silently drops packets when the rule denies, counts them, and the client times out', () => {
    const { lab, dialogue } = guarded({ default: 'allow', rules: [rule('deny', { to: ['b'], ports: [80] })] })
    const { a } = lab.connect({}, {})
    lab.run(ms(20))
    expect(dialogue.lines.map((line) => line.replace(/:\d{5}/, ':*'))).toEqual([
      'a>b S 10.0.0.1:*>10.0.0.2:80',
      'a>b S 10.0.0.1:*>10.0.0.2:80 -> dropped-by-firewall',
    ])
    lab.run()
    expect(a.failure).toBe('timed out')
    const { droppedByFirewall, deliveredPackets } = lab.network.directions
    const row = lab.rowOf('a>b')
    expect([droppedByFirewall[row], deliveredPackets[row]]).toEqual([11, 11])
    expect(lab.leftovers()).toEqual({})
  })

  test('a firewall sends a reset in the name of the destination when the rule rejects', () => {
    const { lab, dialogue } = guarded({ default: 'allow', rules: [rule('reject', { to: ['b'] })] })
    const { a } = lab.connect({}, {})
    lab.run()
    expect([a.failure, a.failTick]).toEqual(['connection refused', ms(20)])
    expect(dialogue.lines.at(-1)?.replace(/:\d{5}/, ':*')).toBe('b>a R. 10.0.0.2:80>10.0.0.1:*')
  })

  test('a firewall applies the first rule that matches a connection', () => {
    const only80 = [rule('allow', { from: ['a'], ports: [80] }), rule('deny', { to: ['b'] })]
    expect(outcome({ default: 'allow', rules: only80 }, 80)).toBe('10 bytes')
    expect(outcome({ default: 'allow', rules: only80 }, 81)).toBe('timed out')
    expect(outcome({ default: 'allow', rules: [...only80].reverse() }, 80)).toBe('timed out')
  })

  test('a firewall applies its default when no rule matches', () => {
    expect(outcome({ default: 'allow', rules: [rule('deny', { from: ['c'] })] }, 80)).toBe('10 bytes')
    expect(outcome({ default: 'deny', rules: [rule('allow', { from: ['c'] })] }, 80)).toBe('timed out')
    expect(outcome({ default: 'deny', rules: [rule('allow', { to: ['b'], ports: [80, 443] })] }, 80)).toBe('10 bytes')
  })

  test('a firewall filters packets at their destination host, not at hosts that forward them', () => {
    expect(outcome({ default: 'allow', rules: [rule('deny', { to: ['b'] })] }, 80, 'c')).toBe('10 bytes')
    expect(outcome({ default: 'allow', rules: [rule('deny', { to: ['c'] })] }, 80, 'c')).toBe('timed out')
  })

  test('a firewall accepts replies to a host that accepts no new connections', () => {
    const { lab } = guarded({ default: 'allow', rules: [rule('deny', { to: ['a'] })] })
    const out = lab.connect({ sends: 10 }, { sends: 10 })
    const back = lab.connect({}, {}, 'back', 81, { client: 'b', server: 'a' })
    lab.run()
    expect([out.a.receivedBytes, out.a.failure, back.a.failure]).toEqual([10, null, 'timed out'])
  })

  test('a firewall accepts packets that a host sends to itself', () => {
    const { lab } = guarded({ default: 'deny', rules: [] })
    const { a } = lab.connect({ sends: 10 }, { sends: 10 }, '', 80, { server: 'a' })
    lab.run()
    expect([a.receivedBytes, a.failure]).toEqual([10, null])
  })

  test('a firewall does not change the timing of connections that it accepts', () => {
    const ticks = (firewall?: FirewallBlueprint) => {
      const { lab } = guarded(firewall ?? { default: 'allow', rules: [] })
      const { a, b } = lab.connect({ sends: 200_000 }, { sends: 200_000 })
      lab.run()
      return [a.openTick, a.lastByteTick, b.lastByteTick, a.endTick]
    }
    expect(ticks({ default: 'deny', rules: [rule('allow')] })).toEqual(ticks())
  })
})
