import { describe, expect, test } from 'vitest'
import type { Leg } from '../../src/attack/planned-attackers.ts'
import { NEVER } from '../../src/attack/state/attack-state.ts'
import { NONE } from '../../src/engine/table.ts'
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
  test('an attacker on a segment does not answer packets that it has sent itself', () => {
    const lab = labOf('side', { technique: 'replay', match: { kind: 'data' }, parameters: { delay: ms(1) } })
    const { b } = lab.connect({ sends: 1000 }, {})
    lab.run()
    expect(lab.state.acts(0)).toBe(1)
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 1000 }])
  })

  test('an inline attacker on a segment accepts connections, and connects to the real server with the client’s address', () => {
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
  test('packets attracted by ARP spoofing are forwarded, except those that the step’s server answers', () => {
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

  test('packets take the direct route again when an ARP spoofing step ends', () => {
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

  test('ARP spoofing attracts no packets if the network assigns the addresses', () => {
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

describe('an attacker that spoofs ARP', () => {
  const turnsOf = (step: Partial<LabStep>, ticks: readonly number[]) => {
    const lab = labOf('side', { technique: 'spoof-arp', ...step })
    return ticks.map((tick) => {
      lab.timeline.now = tick
      return lab.agents.onTurn(0)
    })
  }

  test('an attacker that spoofs ARP runs again at the end of its step, if it ends', () => {
    expect(turnsOf({}, [0])).toEqual([NONE])
    expect(turnsOf({ startTick: ms(1), endTick: ms(9) }, [0, ms(1), ms(9)])).toEqual([ms(1), ms(9), NONE])
  })

  test('an attacker that spoofs ARP diverts nothing if its claims have no effect', () => {
    const lab = labOf('inline', { technique: 'spoof-arp' }, 'routed')
    lab.turn(0, 0)
    const { b } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect([b.receivedBytes, lab.state.acts(0)]).toEqual([100, 0])
  })

  /** The attacker sends its replies on a link to b; r forwards between a and b. */
  const besideRouter = (leg: Partial<Leg> = {}) => {
    const attackers = [{ name: 'm', vantage: 'blind' as const, steps: [] }]
    const network = {
      hosts: ['a', 'r', 'b', '~m'],
      links: [
        { name: 'left', between: ['a', 'r'], line: LINK },
        { name: 'right', between: ['r', 'b'], line: LINK },
        { name: 'own', between: ['b', '~m'], line: LINK },
      ],
    } as const
    const first = new AgentLab({ link: LINK, attackers, network })
    const [clientAddress, serverAddress] = ['a', 'b'].map((host) => first.addressOf(host))
    const all = { path: 0, replica: 0, clientAddress, serverAddress, serverPort: 80, isSpare: false, ...leg }
    const steps = [{ technique: 'spoof-arp' as const, legs: [all] }]
    return new AgentLab({ link: LINK, attackers: [{ name: 'm', vantage: 'blind', steps }], network })
  }

  test('an attacker that spoofs ARP claims only next hops of senders that its replies reach', () => {
    const lab = besideRouter()
    lab.turn(0, 0)
    lab.run(ms(1))
    expect([lab.tally.amount(0, 0, 'sent'), lab.state.firstActTick(0)]).toEqual([1, NEVER])
  })

  test.each([{ clientAddress: NONE }, { serverAddress: NONE }])(
    'an attacker that spoofs ARP claims nothing on a route without ends: %o',
    (leg) => {
      const lab = besideRouter(leg)
      lab.turn(0, 0)
      lab.run(ms(1))
      expect(lab.tally.amount(0, 0, 'sent')).toBe(0)
    },
  )
})
