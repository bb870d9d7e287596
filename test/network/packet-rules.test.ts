import { expect, test } from 'vitest'
import type { PacketRule, RuleVerdict } from '../../src/network/packet-rule.ts'
import { AT_ENTRY, AT_EXIT, PacketRules } from '../../src/network/packet-rules.ts'
import { ms } from '../fixtures/lab.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** Builds hosts a, b and c in a row: b forwards a packet from a to c. */
function row(): { readonly lab: NetworkLab; readonly sender: PacketSender } {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'c'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: 'delay: 10ms' },
      { name: 'bc', between: ['b', 'c'], line: 'delay: 10ms' },
    ],
  })
  return { lab, sender: new PacketSender(lab) }
}

const always = (verdict: RuleVerdict): PacketRule => ({ judge: () => verdict })

test('the first packet rule of a direction whose verdict is not pass decides', () => {
  const { lab, sender } = row()
  const judged: string[] = []
  const rule = (name: string, verdict: RuleVerdict): PacketRule => ({
    judge: () => {
      judged.push(name)
      return verdict
    },
  })
  const direction = lab.direction('a>b')
  lab.network.rules.attach(direction, 'entry', rule('first', { action: 'pass' }))
  lab.network.rules.attach(direction, 'entry', rule('second', { action: 'delay', delayNs: ms(1) }))
  lab.network.rules.attach(direction, 'entry', rule('third', { action: 'drop' }))
  lab.network.rules.setRule(direction, rule('set', { action: 'pass' }))
  sender.send({ from: 'a', to: 'b' })
  lab.run()
  expect(judged).toEqual(['set', 'first', 'second'])
  expect(sender.ticks).toEqual([ms(11)])
})

test('a packet rule at an exit sees a packet after it has arrived and before the host forwards it', () => {
  const { lab, sender } = row()
  const seen: number[] = []
  lab.network.rules.attach(lab.direction('a>b'), 'exit', {
    judge: ({ tickNs: tick }) => {
      seen.push(tick)
      return { action: 'delay', delayNs: ms(5) }
    },
  })
  sender.send({ from: 'a', to: 'c' })
  lab.run()
  expect(seen).toEqual([ms(10)])
  expect(sender.ticks).toEqual([ms(25)])
  expect(lab.network.directions.deliveredPackets[lab.rowOf('a>b')]).toBe(1)
})

test('a packet rule at an exit can drop, duplicate or take a packet that is addressed to another host', () => {
  for (const [verdict, hosts, ticks] of [
    [{ action: 'drop' }, [], []],
    [{ action: 'duplicate', delayNs: ms(3) }, ['c', 'c'], [ms(20), ms(23)]],
    [{ action: 'take' }, ['b'], [ms(10)]],
  ] as const) {
    const { lab, sender } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'exit', always(verdict))
    sender.send({ from: 'a', to: 'c' })
    lab.run()
    expect(sender.arrivals.map(({ host }) => host)).toEqual(hosts)
    expect(sender.ticks).toEqual(ticks)
  }
})

test('a diverted packet leaves by another direction, whose end receives it if it takes all packets', () => {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'm'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: 'delay: 10ms' },
      { name: 'am', between: ['a', 'm'], line: 'delay: 5ms' },
    ],
  })
  const sender = new PacketSender(lab)
  lab.network.rules.attach(lab.direction('a>b'), 'entry', always({ action: 'divert', direction: lab.direction('a>m') }))
  lab.network.rules.takeAll(lab.direction('a>m'))
  sender.send({ from: 'a', to: 'b' })
  lab.run()
  expect(sender.ends).toEqual(['m: 10.0.0.1:1>10.0.0.2:2'])
  expect(sender.ticks).toEqual([ms(5)])
})

/** Records the stages of each packet on a direction by its number there: `0 sent`. */
function stagesOn(lab: NetworkLab, name: string): string[] {
  const stages: string[] = []
  lab.network.observer = {
    observe: (stage, packet) => {
      const { direction } = packet
      if (direction === lab.direction(name)) stages.push(`${packet.serial} ${stage}`)
    },
  }
  return stages
}

test('each packet that comes to a direction has a number of its own there, also if a rule drops or diverts it', () => {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'm'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: 'delay: 10ms' },
      { name: 'am', between: ['a', 'm'], line: 'delay: 5ms' },
    ],
  })
  const sender = new PacketSender(lab)
  const verdicts: RuleVerdict[] = [
    { action: 'pass' },
    { action: 'divert', direction: lab.direction('a>m') },
    { action: 'drop' },
    { action: 'duplicate', delayNs: ms(1) },
    { action: 'delay', delayNs: ms(4) },
  ]
  const seen: number[] = []
  lab.network.rules.attach(lab.direction('a>b'), 'entry', {
    judge: (packet) => {
      seen.push(packet.serial)
      return verdicts[packet.sequenceNumber]
    },
  })
  lab.network.rules.takeAll(lab.direction('a>m'))
  const onLink = stagesOn(lab, 'a>b')
  for (const sequence of verdicts.keys()) sender.send({ from: 'a', to: 'b', sequence })
  lab.run()
  expect(seen).toEqual([0, 1, 2, 3, 5])
  expect(onLink).toEqual([
    '0 sent',
    '1 sent',
    '1 diverted',
    '2 sent',
    '2 dropped-by-rule',
    '3 sent',
    '4 sent',
    '5 sent',
    '0 delivered',
    '3 delivered',
    '4 delivered',
    '5 delivered',
  ])
})

test('a packet that is delayed at the end of a direction keeps its number there, and its copy gets another one', () => {
  for (const [verdict, numbers] of [
    [{ action: 'delay', delayNs: ms(1) }, [0]],
    [{ action: 'duplicate', delayNs: ms(1) }, [0, 1]],
  ] as const) {
    const { lab, sender } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'exit', always(verdict))
    const received: number[] = []
    lab.network.rules.attach(lab.direction('b>c'), 'entry', {
      judge: (packet) => {
        received.push(packet.serial)
        return { action: 'pass' }
      },
    })
    const onLink = stagesOn(lab, 'a>b')
    sender.send({ from: 'a', to: 'c' })
    lab.run()
    expect(onLink).toEqual(['0 sent', '0 delivered'])
    expect(received).toEqual(numbers)
    expect(lab.network.directions.nextSerial[lab.rowOf('a>b')]).toBe(numbers.length)
  }
})

test('a packet that is lost has a number of its own on its direction', () => {
  const lab = new NetworkLab({
    hosts: ['a', 'b'],
    links: [{ name: 'ab', between: ['a', 'b'], line: 'delay: 10ms, loss: 50%' }],
  })
  const sender = new PacketSender(lab)
  const stages = stagesOn(lab, 'a>b')
  for (let sequence = 0; sequence < 20; sequence++) sender.send({ from: 'a', to: 'b', sequence })
  lab.run()
  const lost = stages.filter((stage) => stage.endsWith('lost'))
  const delivered = stages.filter((stage) => stage.endsWith('delivered'))
  expect(Math.min(lost.length, delivered.length)).toBeGreaterThan(0)
  expect(new Set([...lost, ...delivered].map((stage) => stage.split(' ')[0])).size).toBe(20)
})

test('a packet that is transmitted with an extra delay arrives as if it had been sent later', () => {
  const { lab, sender } = row()
  const { network } = lab
  network.rules.attach(lab.direction('a>b'), 'entry', {
    judge: (packet) => {
      network.transmit(lab.direction('b>c'), network.copy(packet.row), ms(4))
      return { action: 'pass' }
    },
  })
  sender.send({ from: 'a', to: 'c', sequence: 7 })
  lab.run()
  expect(sender.arrived).toEqual([7, 7])
  expect(sender.ticks).toEqual([ms(14), ms(20)])
})

/** Returns the rules at the entry of a direction, as a network finds them. */
function atEntry(rules: PacketRules, direction: number) {
  return (rules.places[direction] & AT_ENTRY) === 0 ? undefined : rules.atEntry[direction]
}

function atExit(rules: PacketRules, direction: number) {
  return (rules.places[direction] & AT_EXIT) === 0 ? undefined : rules.atExit[direction]
}

test('a direction with one kind of rule has no others, also the first direction', () => {
  const verdictOf = (attach: (rules: PacketRules, rule: PacketRule) => void) => {
    const rules = new PacketRules(1)
    const rule = always({ action: 'drop' })
    attach(rules, rule)
    expect([atEntry(rules, 1), atExit(rules, 1)]).toEqual([undefined, undefined])
    rules.setRule(2, rule)
    return [atEntry(rules, 0)?.map((each) => each === rule), atExit(rules, 0)?.rules.map((each) => each === rule)]
  }
  expect(verdictOf(() => {})).toEqual([undefined, undefined])
  expect(verdictOf((rules, rule) => rules.setRule(0, rule))).toEqual([[true], undefined])
  expect(verdictOf((rules, rule) => rules.attach(0, 'entry', rule))).toEqual([[true], undefined])
  expect(verdictOf((rules, rule) => rules.attach(0, 'exit', rule))).toEqual([undefined, [true]])
  expect(verdictOf((rules) => rules.takeAll(0))).toEqual([undefined, []])
})

test('a simulation takes over rules set in another, and keeps its own', () => {
  const [own, attached, other] = [always({ action: 'drop' }), always({ action: 'pass' }), always({ action: 'take' })]
  const rules = new PacketRules(1)
  const source = new PacketRules(1)
  rules.setRule(0, own)
  rules.setRule(1, own)
  rules.attach(1, 'entry', attached)
  rules.attach(2, 'entry', attached)
  source.setRule(1, other)
  source.setRule(3, other)
  source.attach(0, 'entry', other)
  rules.shareOf(source)
  expect([...Array(5).keys()].map((direction) => atEntry(rules, direction))).toEqual([
    undefined,
    [other, attached],
    [attached],
    [other],
    undefined,
  ])
})
