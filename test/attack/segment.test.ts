import { describe, expect, test } from 'vitest'
import { NEVER } from '../../src/attack/state/attack-state.ts'
import { AgentLab, type LabStep } from '../fixtures/agent-lab.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { ms } from '../fixtures/lab.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const A = '10.0.0.1'
const B = '10.0.0.2'

function labOf(vantage: 'inline' | 'side', step: LabStep, l2: 'bridged' | 'routed' = 'bridged'): AgentLab {
  const lab = new AgentLab({ link: LINK, on: l2, attackers: [{ name: 'm', vantage, steps: [step] }] })
  lab.afterEvent = () => checkInvariants(lab)
  return lab
}

describe('an attacker on a segment', () => {
  test('does not answer packets that it has sent itself', () => {
    const lab = labOf('side', { technique: 'replay', match: { kind: 'data' }, delayNs: ms(1) })
    const { b } = lab.connect({ sends: 1000 }, {})
    lab.run()
    expect(lab.state.acts(0)).toBe(1)
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 1000 }])
  })

  test('that is inline accepts connections, and connects to the real server with the client’s address', () => {
    const lab = labOf('inline', { technique: 'relay' })
    const taken = lab.connect({ sends: 100 }, { sends: 50 }, '', 80, { server: '~m', address: B })
    const onward = lab.connect({ sends: 100 }, { sends: 70 }, 'onward', 81, { client: '~m', localAddress: A })
    lab.run()
    expect(taken.a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 50 }])
    expect(onward.a.pieces).toEqual([{ by: 'b.onward', offset: 0, lengthBytes: 70 }])
    expect(lab.state.acts(0)).toBe(1)
    expect(lab.leftovers()).toEqual({})
  })
})

describe('packets that come to an attacker by ARP spoofing', () => {
  test('are forwarded, except those of its step, which its own server answers', () => {
    const lab = labOf('side', { technique: 'spoof-arp' })
    lab.turn(0, 0)
    const taken = lab.connect({ sends: 100 }, { sends: 50 }, '', 80, { server: '~m', address: B })
    const other = lab.connect({ sends: 100 }, { sends: 70 }, 'other', 81)
    lab.run()
    expect(taken.a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 50 }])
    expect(other.a.pieces).toEqual([{ by: 'b.other', offset: 0, lengthBytes: 70 }])
    // Twice over the segment each way, behind the other SYN.
    expect(other.a.openTick).toBe(ms(40.0528))
    expect(lab.state.acts(0)).toBe(1)
    expect(lab.leftovers()).toEqual({})
  })

  test('take the direct route again when the step is over', () => {
    const lab = labOf('side', { technique: 'spoof-arp', endTick: ms(31) })
    lab.turn(0, 0)
    const { b } = lab.connect({ sends: 100 }, {}, '', 81)
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 100 }])
    expect(lab.state.acts(0)).toBe(0)
    expect(lab.trace.lines(({ direction }) => direction.includes('~m'))).toEqual([
      '10.0048 lan>~m S 0 mss 1460 scale 10 win 64240 60B -> 10.0096',
      '10.0096 ~m>lan S 0 mss 1460 scale 10 win 64240 60B -> 20.0144',
      '30.024 lan>~m S. 0 ack 1 mss 1460 scale 10 win 65160 60B -> 30.0288',
      '30.0288 ~m>lan S. 0 ack 1 mss 1460 scale 10 win 65160 60B -> 40.0336',
    ])
  })

  test('do not exist where the network assigns the addresses', () => {
    const lab = labOf('side', { technique: 'spoof-arp' }, 'routed')
    lab.turn(0, 0)
    const { b } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 100 }])
    expect(lab.trace.lines(({ direction }) => direction.includes('~m'))).toEqual([])
    // It has claimed both ends' addresses, to no avail.
    expect(lab.tally.amount(0, 0, 'sent')).toBe(2)
    expect(lab.state.firstActTick(0)).toBe(NEVER)
  })
})
