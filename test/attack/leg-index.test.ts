import { describe, expect, test } from 'vitest'
import { LegIndex } from '../../src/attack/leg-index.ts'
import type { Leg } from '../../src/attack/planned-attackers.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { aStep } from '../fixtures/event-counts.ts'

const [CLIENT, SERVER, OTHER] = [3, 4, 5]

function aLeg(overrides: Partial<Leg> = {}): Leg {
  return {
    path: 0,
    replica: 0,
    clientAddress: CLIENT,
    serverAddress: SERVER,
    serverPort: 443,
    isSpare: false,
    ...overrides,
  }
}

function indexOf(legsOfSteps: readonly (readonly Leg[])[], steps = [...legsOfSteps.keys()]) {
  return new LegIndex({ attackers: [], steps: legsOfSteps.map((legs) => aStep({ legs })), victims: [] }, steps)
}

/** Returns the step and the path of each leg that a packet may be on. */
function found(index: LegIndex, [from, fromPort]: readonly number[], [to, toPort]: readonly number[]): string[] {
  const packets = new PacketTable(new Arena())
  const packet = packets.allocate()
  packets.source[packet] = from
  packets.sourcePort[packet] = fromPort
  packets.destination[packet] = to
  packets.destinationPort[packet] = toPort
  return index.find(packets, packet).map(({ step, leg }) => `${step}/${leg.path}`)
}

const [AT_CLIENT, AT_SERVER] = [
  [CLIENT, 50_000],
  [SERVER, 443],
]

describe('the leg that a packet may be on', () => {
  test('the leg of a packet is found by its addresses and the server’s port, in both directions', () => {
    const index = indexOf([[aLeg()]])
    expect(found(index, AT_CLIENT, AT_SERVER)).toEqual(['0/0'])
    expect(found(index, AT_SERVER, AT_CLIENT)).toEqual(['0/0'])
  })

  test.each([
    ['another client', [OTHER, 50_000], AT_SERVER],
    ['another server', AT_CLIENT, [OTHER, 443]],
    ['another port', AT_CLIENT, [SERVER, 80]],
    ['the port on the client’s side', [CLIENT, 443], [SERVER, 50_000]],
  ])('no leg is found for a packet with %s', (_, from, to) => {
    const index = indexOf([[aLeg()]])
    expect([found(index, from, to), found(index, to, from)]).toEqual([[], []])
  })

  test('a leg without a client or server matches a packet of any', () => {
    const ofAnyone = indexOf([[aLeg({ clientAddress: NONE })]])
    expect([found(ofAnyone, [OTHER, 1], AT_SERVER), found(ofAnyone, AT_SERVER, [OTHER, 1])]).toEqual([['0/0'], ['0/0']])
    expect(ofAnyone.hasAnyServer).toBe(false)
    const toAnyone = indexOf([[aLeg({ serverAddress: NONE })]])
    expect(toAnyone.hasAnyServer).toBe(true)
    expect([found(toAnyone, AT_CLIENT, [OTHER, 443]), found(toAnyone, [OTHER, 443], AT_CLIENT)]).toEqual([
      ['0/0'],
      ['0/0'],
    ])
    expect(found(toAnyone, AT_CLIENT, [OTHER, 80])).toEqual([])
  })

  test('each leg of a packet is listed once for each step and path, in the order of steps', () => {
    const spare = aLeg({ clientAddress: NONE, isSpare: true })
    const legs = [[aLeg(), spare], [aLeg(), aLeg({ path: 1 })], [aLeg()]]
    expect(found(indexOf(legs), AT_CLIENT, AT_SERVER)).toEqual(['0/0', '1/0', '1/1', '2/0'])
    expect(found(indexOf(legs, [1]), AT_CLIENT, AT_SERVER)).toEqual(['1/0', '1/1'])
  })

  test('the legs of each packet are found anew', () => {
    const index = indexOf([[aLeg()]])
    expect(found(index, AT_CLIENT, AT_SERVER)).toEqual(['0/0'])
    expect(found(index, [OTHER, 1], [OTHER, 2])).toEqual([])
  })
})

test('legs are found by their server too', () => {
  const [leg, others, anywhere] = [aLeg(), aLeg({ serverPort: 80 }), aLeg({ serverAddress: NONE })]
  const index = indexOf([[leg, others], [anywhere]])
  expect(index.withServer(SERVER, 443)).toEqual([{ step: 0, leg }])
  expect(index.withServer(SERVER, 80)).toEqual([{ step: 0, leg: others }])
  expect(index.withServer(SERVER, 81)).toEqual([])
  expect(index.withAnyServer(443)).toEqual([{ step: 1, leg: anywhere }])
  expect(index.withAnyServer(80)).toEqual([])
})
