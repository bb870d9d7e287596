import { describe, expect, test } from 'vitest'
import { Diversion } from '../../src/attack/agents/diversion.ts'
import { impersonationAgent } from '../../src/attack/agents/impersonation-agent.ts'
import { Observation } from '../../src/attack/agents/observation.ts'
import type { AgentTools } from '../../src/attack/agents/packet-agent.ts'
import type { Leg, PlannedAttackers } from '../../src/attack/planned-attackers.ts'
import type { Vantage } from '../../src/attack/vantages.ts'
import { NONE } from '../../src/engine/table.ts'
import { ACK, SYN } from '../../src/network/header-flags.ts'
import { PASS, type RuleVerdict } from '../../src/network/packet-rule.ts'
import type { Tcp } from '../../src/transport/tcp.ts'
import { anAttacker, aStep } from '../fixtures/event-counts.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const DIVERT: RuleVerdict = { action: 'divert', direction: 3 }
const [TAPPED, UNTAPPED] = [0, 1]

/**
 * An attacker on the host b, which sees a SYN from a to `to`; TCP of its host is the sender, receiver or relay if said.
 */
function lab(vantage: Vantage, to: 'a' | 'b', is: { sender?: boolean; receiver?: boolean; relay?: boolean } = {}) {
  const net = new NetworkLab(wire('delay: 1ms'))
  new PacketSender(net)
  const { network } = net
  const { packets } = network
  const packet = packets.allocate()
  packets.source[packet] = net.addressOf('a')
  packets.destination[packet] = net.addressOf(to)
  packets.flags[packet] = SYN
  packets.activity[packet] = packets.account[packet] = NONE
  const plan: PlannedAttackers = {
    attackers: [anAttacker({ vantage, host: net.host('b'), tapOf: Int32Array.from([net.direction('a>b'), NONE]) })],
    steps: [aStep({ passedPaths: [7] }), aStep()],
    victims: [0],
  }
  const tcp = {
    hasReceiverOf: () => is.receiver === true,
    hasSenderOf: () => is.sender === true,
    isUnusedRelay: () => is.relay === true,
  } as unknown as Tcp
  const diversion = new Diversion(network, tcp, plan)
  const seen = new Observation()
  Object.assign(seen, {
    attacker: 0,
    packet,
    direction: TAPPED,
    isTowardServer: true,
    diversion: DIVERT,
    clientAddress: 5,
  })
  const agent = impersonationAgent({ network, plan, diversion } as unknown as AgentTools)
  return { net, packets, packet, diversion, seen, agent }
}

const leg = (path: number, clientAddress = 5): Leg => ({
  path,
  replica: path,
  clientAddress,
  serverAddress: 2,
  serverPort: 80,
  isSpare: false,
})

describe('a packet that an attacker sees', () => {
  test('a packet in the name of another host belongs to a connection of the attacker’s host, one in its own name does not', () => {
    const own = lab('inline', 'a', { receiver: true })
    expect(own.diversion.isOwn(0, own.packet)).toBe(true)
    for (const [to, is] of [
      ['b', { receiver: true }],
      ['a', {}],
    ] as const) {
      const { diversion, packet } = lab('inline', to, is)
      expect(diversion.isOwn(0, packet)).toBe(false)
    }
    const { diversion, packet } = lab('inline', 'a', { sender: true })
    expect([diversion.isFromOwn(0, packet), diversion.isForwardedDial(0, packet)]).toEqual([true, false])
  })

  test('a packet can be diverted if it opens a connection to a remote server to which there is a route', () => {
    const { diversion, seen, packets, packet } = lab('inline', 'a')
    expect(diversion.canDivert(seen)).toBe(true)
    expect(diversion.canDivert(Object.assign(new Observation(), seen, { diversion: PASS }))).toBe(false)
    expect(diversion.canDivert(Object.assign(new Observation(), seen, { isTowardServer: false }))).toBe(false)
    packets.flags[packet] = SYN | ACK
    expect(diversion.canDivert(seen)).toBe(false)
    const toItself = lab('inline', 'b')
    expect(toItself.diversion.canDivert(toItself.seen)).toBe(false)
  })

  test('a packet matches a leg by its client, or by any client if the leg names none', () => {
    const { seen } = lab('inline', 'a')
    expect([seen.isOnLeg(leg(0)), seen.isOnLeg(leg(0, 6)), seen.isOnLeg(leg(0, NONE))]).toEqual([true, false, true])
  })
})

describe('an attacker that impersonates a server', () => {
  test('an attacker that impersonates a server diverts connections that pass it', () => {
    const { agent, seen } = lab('inline', 'a')
    expect(agent.onPacket(0, seen)).toBe(DIVERT)
    seen.isTowardServer = false
    expect(agent.onPacket(0, seen)).toBe(null)
  })

  test('an impersonating host diverts connections that it opens for others, and forwards other packets', () => {
    const leaving = (relay: boolean, candidates: readonly { step: number; leg: Leg }[]) => {
      const { agent, seen } = lab('node', 'a', { relay })
      return agent.onPacket(0, Object.assign(seen, { isLeaving: true, candidates }))
    }
    expect(leaving(false, [])).toBe(null)
    expect(leaving(true, [{ step: 0, leg: leg(6) }])).toBe(DIVERT)
    expect(leaving(true, [{ step: 0, leg: leg(7) }])).toBe(PASS)
    expect(leaving(true, [{ step: 1, leg: leg(7) }])).toBe(DIVERT)
    expect(leaving(true, [{ step: 0, leg: leg(7, 6) }])).toBe(DIVERT)
  })

  test('an impersonating attacker that cannot divert receives a copy of each SYN to the server', () => {
    const { net, agent, seen, packets, packet } = lab('side', 'a')
    expect([agent.onPacket(0, seen), packets.count]).toEqual([PASS, 2])
    net.run()
    expect(net.trace.packets.map(({ direction }) => direction)[0]).toBe('a>b')
    packets.flags[packet] = ACK
    expect(agent.onPacket(0, seen)).toBe(null)
    packets.flags[packet] = SYN
    expect(agent.onPacket(0, Object.assign(seen, { direction: UNTAPPED }))).toBe(null)
    expect(agent.onPacket(0, Object.assign(seen, { direction: TAPPED, isTowardServer: false }))).toBe(null)
  })
})
