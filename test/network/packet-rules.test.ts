import { expect, test } from 'vitest'
import type { PacketRule, RuleVerdict } from '../../src/network/packet-rule.ts'
import { ms } from '../fixtures/lab.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** a, b and c in a row: a packet from a to c is forwarded by b. */
function row(): { readonly lab: NetworkLab; readonly desk: PacketSender } {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'c'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: 'delay: 10ms' },
      { name: 'bc', between: ['b', 'c'], line: 'delay: 10ms' },
    ],
  })
  return { lab, desk: new PacketSender(lab) }
}

const always = (verdict: RuleVerdict): PacketRule => ({ judge: () => verdict })

test('of several rules on a direction, the first that does not let pass decides', () => {
  const { lab, desk } = row()
  const asked: string[] = []
  const rule = (name: string, verdict: RuleVerdict): PacketRule => ({
    judge: () => {
      asked.push(name)
      return verdict
    },
  })
  const direction = lab.direction('a>b')
  lab.network.rules.attach(direction, 'entry', rule('first', { action: 'pass' }))
  lab.network.rules.attach(direction, 'entry', rule('second', { action: 'delay', delayNs: ms(1) }))
  lab.network.rules.attach(direction, 'entry', rule('third', { action: 'drop' }))
  lab.network.rules.setRule(direction, rule('set', { action: 'pass' }))
  desk.send({ from: 'a', to: 'b' })
  lab.run()
  expect(asked).toEqual(['set', 'first', 'second'])
  expect(desk.ticks).toEqual([ms(11)])
})

test('a rule at an exit sees a packet when it has come off, before the host there sends it on', () => {
  const { lab, desk } = row()
  const seen: number[] = []
  lab.network.rules.attach(lab.direction('a>b'), 'exit', {
    judge: (_packets, _packet, tick) => {
      seen.push(tick)
      return { action: 'delay', delayNs: ms(5) }
    },
  })
  desk.send({ from: 'a', to: 'c' })
  lab.run()
  expect(seen).toEqual([ms(10)])
  expect(desk.ticks).toEqual([ms(25)])
  expect(lab.network.directions.deliveredPackets[lab.direction('a>b')]).toBe(1)
})

test('at an exit a packet is dropped, doubled, or taken by the host there, though it was for another', () => {
  for (const [verdict, hosts, ticks] of [
    [{ action: 'drop' }, [], []],
    [{ action: 'duplicate', delayNs: ms(3) }, ['c', 'c'], [ms(20), ms(23)]],
    [{ action: 'take' }, ['b'], [ms(10)]],
  ] as const) {
    const { lab, desk } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'exit', always(verdict))
    desk.send({ from: 'a', to: 'c' })
    lab.run()
    expect(desk.arrivals.map(({ host }) => host)).toEqual(hosts)
    expect(desk.ticks).toEqual(ticks)
  }
})

test('a packet that is diverted leaves by another direction, and whoever takes all there has it', () => {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'm'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: 'delay: 10ms' },
      { name: 'am', between: ['a', 'm'], line: 'delay: 5ms' },
    ],
  })
  const desk = new PacketSender(lab)
  lab.network.rules.attach(lab.direction('a>b'), 'entry', always({ action: 'divert', direction: lab.direction('a>m') }))
  lab.network.rules.takeAll(lab.direction('a>m'))
  desk.send({ from: 'a', to: 'b' })
  lab.run()
  expect(desk.ends).toEqual(['m: 10.0.0.1:1>10.0.0.2:2'])
  expect(desk.ticks).toEqual([ms(5)])
})

test('a packet that is injected takes its turn as if it had come later', () => {
  const { lab, desk } = row()
  const { network } = lab
  network.rules.attach(lab.direction('a>b'), 'entry', {
    judge: (_packets, packet) => {
      network.transmit(lab.direction('b>c'), network.copy(packet), ms(4))
      return { action: 'pass' }
    },
  })
  desk.send({ from: 'a', to: 'c', sequence: 7 })
  lab.run()
  expect(desk.arrived).toEqual([7, 7])
  expect(desk.ticks).toEqual([ms(14), ms(20)])
})
