import { describe, expect, test } from 'vitest'
import { Forge } from '../../src/attack/forge.ts'
import { ForgedMessages } from '../../src/attack/forged-messages.ts'
import { Arena } from '../../src/engine/arena.ts'
import { hashString32 } from '../../src/engine/hash.ts'
import { draw32 } from '../../src/engine/streams.ts'
import { NONE } from '../../src/engine/table.ts'
import { HeaderFields } from '../../src/http/hpack/header-fields.ts'
import { BODY, detailOf, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import type { Packet } from '../../src/network/rows.ts'
import type { Content } from '../../src/transport/rows.ts'
import { COVERED, Contents } from '../../src/transport/streams/content.ts'
import { derivedName } from '../../src/transport/streams/derived-name.ts'
import type { PlannedResponse } from '../../src/workload/planned-response.ts'
import { anAttacker, aStep } from '../fixtures/event-counts.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

/** A forge with two steps of the attacker `m` on host 4, and one of `n` on host 5; and a packet that it has seen. */
function aForge() {
  const lab = new NetworkLab(wire(''))
  new PacketSender(lab)
  const { network } = lab
  const contents = new Contents(lab.arena)
  const plan = {
    attackers: [anAttacker({ name: 'm', host: 4 }), anAttacker({ name: 'n', host: 5 })],
    steps: [aStep({ key: { hi: 7, lo: 8 } }), aStep(), aStep({ attacker: 1 })],
    victims: [0],
  }
  const forge = new Forge(lab.arena, network, contents, plan)
  const { packets } = network
  const seen = packets.allocate()
  packets.source[seen] = 1
  packets.sourcePort[seen] = 50_000
  packets.destination[seen] = 2
  packets.destinationPort[seen] = 443
  packets.sequenceNumber[seen] = 1_000
  packets.acknowledgementNumber[seen] = 2_000
  packets.flags[seen] = FIN | ACK
  packets.window[seen] = 77
  packets.activity[seen] = packets.account[seen] = NONE
  const signatureOf = (packet: Packet) => [
    packets.senderNameHigh[packet],
    packets.senderNameLow[packet],
    packets.streamOffset[packet],
    packets.transmission[packet],
  ]
  return { forge, packets, seen, contents, signatureOf }
}

const named = (text: string) => [hashString32(text, 1), hashString32(text, 2)]

describe('a forged packet', () => {
  const TO_SERVER = { source: 1, sourcePort: 50_000, destination: 2, destinationPort: 443 }
  const TO_CLIENT = { source: 2, sourcePort: 443, destination: 1, destinationPort: 50_000 }

  test('a forged packet that follows an observed one starts at its end and repeats its ACK', () => {
    const { forge, seen } = aForge()
    forge.setNext(seen, 1_001)
    const numbers = { sequenceNumber: 1_001, acknowledgementNumber: 2_000, flags: ACK, window: 77 }
    expect(forge.header).toEqual({ ...TO_SERVER, ...numbers })
  })

  test('a forged reply to an observed packet starts at the number which that packet acknowledges', () => {
    const { forge, seen } = aForge()
    forge.setReply(seen, 1_500)
    const numbers = { sequenceNumber: 2_000, acknowledgementNumber: 1_500, flags: ACK, window: 77 }
    expect(forge.header).toEqual({ ...TO_CLIENT, ...numbers })
  })

  test('a forged packet has a header of 40 bytes, or of 60 with a SYN', () => {
    const { forge, packets } = aForge()
    const header = { ...TO_SERVER, sequenceNumber: 3, acknowledgementNumber: 4, window: 5 }
    for (const [flags, headerBytes] of [
      [RST, 40],
      [ACK, 40],
      [SYN, 60],
      [SYN | ACK, 60],
    ] as const) {
      Object.assign(forge.header, header, { flags })
      const packet = forge.withoutData(0)
      for (const [name, value] of Object.entries({ ...header, flags, headerBytes, payloadBytes: 0 }))
        expect([name, packets[name as 'window'][packet]]).toEqual([name, value])
      expect([packets.account[packet], packets.activity[packet]]).toEqual([NONE, NONE])
    }
  })

  test('a forged packet holds a reference to the content that it carries', () => {
    const { forge, packets, seen, contents } = aForge()
    const content = contents.create(21, 22, 4)
    forge.setNext(seen, 1)
    const packet = forge.withData(0, content, 100, 30)
    const { headerBytes, payloadBytes, contentOffset, contentNameHigh, contentNameLow } = packets
    expect([headerBytes, payloadBytes, contentOffset, contentNameHigh, contentNameLow].map((c) => c[packet])).toEqual([
      52, 30, 100, 21, 22,
    ])
    expect(packets.content[packet]).toBe(content)
    contents.drop(content)
    expect(contents.table.count).toBe(1)
    contents.drop(content)
    expect(contents.table.count).toBe(0)
  })

  test('each forged packet has a name of its own, from the attacker, the step and a count', () => {
    const { forge, seen, signatureOf } = aForge()
    forge.setNext(seen, 1)
    const signed = [0, 0, 1, 2, 0].map((step) => signatureOf(forge.withoutData(step)))
    expect(signed).toEqual([
      [...named('attacker/m/1'), 0, 1],
      [...named('attacker/m/1'), 1, 1],
      [...named('attacker/m/2'), 0, 1],
      [...named('attacker/n/1'), 0, 1],
      [...named('attacker/m/1'), 2, 1],
    ])
  })

  test('a forged packet is attributed to its attacker, and a genuine one to nobody', () => {
    const { forge, packets, seen } = aForge()
    forge.setNext(seen, 1)
    const [second, other] = [1, 2].map((step) => forge.withoutData(step))
    expect([second, other, seen].map((packet) => forge.forgerOf(packet))).toEqual([0, 1, NONE])
    expect([forge.hasForged(0, second), forge.hasForged(1, second), forge.hasForged(0, seen)]).toEqual([
      true,
      false,
      false,
    ])
    packets.senderNameLow[second]++
    expect(forge.forgerOf(second)).toBe(NONE)
    packets.senderNameLow[second]--
    packets.senderNameHigh[second]++
    expect(forge.forgerOf(second)).toBe(NONE)
  })

  test('a forged packet can be a copy of another packet, under the attacker’s name', () => {
    const { forge, packets, seen, signatureOf } = aForge()
    const copy = forge.copy(1, seen)
    expect(copy).not.toBe(seen)
    expect([packets.sequenceNumber[copy], packets.flags[copy]]).toEqual([1_000, FIN | ACK])
    expect(signatureOf(copy)).toEqual([...named('attacker/m/2'), 0, 1])
  })
})

test('contents and random numbers of a step include its packet count, so no two are equal', () => {
  const { forge, seen, contents, signatureOf } = aForge()
  forge.setNext(seen, 1)
  const [high, low] = named('attacker/m/1')
  const content = forge.content(0)
  const { nameHigh, nameLow, author } = contents.table
  expect([nameHigh[content], nameLow[content], author[content]]).toEqual([derivedName(high, 0), derivedName(low, 0), 4])
  expect(forge.random32(0)).toBe(draw32(7, 8, 0, 0, 1, 0))
  expect(forge.random32(0)).toBe(draw32(7, 8, 0, 0, 2, 0))
  expect(signatureOf(forge.withoutData(0))[2]).toBe(3)
  const next = forge.content(0)
  expect([nameHigh[next], nameLow[next]]).toEqual([derivedName(high, 4), derivedName(low, 4)])
  expect(author[forge.content(2)]).toBe(5)
})

describe('a forged message', () => {
  const [NOT_FOUND, OK, SWITCHING] = [0, 1, 2]
  const REQUEST = 1

  function messages(answer?: Partial<PlannedResponse>) {
    const contents = new Contents(new Arena())
    const heads = [
      [404, 70],
      [200, 80],
      [101, 60],
      [200, 90],
    ]
    const directory = {
      requests: [90, 100].map((http1HeadBytes) => ({
        http1HeadBytes,
        http2Fields: [],
        isUpgrade: false,
        flushesHead: false,
        isReadByLine: false,
      })),
      responses: heads.map(([status, http1HeadBytes]) => ({ status, http1HeadBytes, http2Fields: [] })),
      fields: new HeaderFields(),
    }
    const planned: PlannedResponse = {
      accepted: OK,
      refused: NOT_FOUND,
      refusalBodyBytes: 0,
      token: null,
      body: { kind: 'body', bodyBytes: 500 },
      ...answer,
    }
    const forged = new ForgedMessages(contents, directory, [undefined, answer === undefined ? undefined : planned])
    const content = contents.create(5, 6, 9)
    const written = () => {
      const { marks } = contents
      const all: { kind: number; lengthBytes: number; value: number; detail: number; subject: number }[] = []
      for (let mark = contents.nextMark(content); mark !== NONE; mark = marks.next[mark])
        all.push({
          kind: marks.kind[mark],
          lengthBytes: marks.lengthBytes[mark],
          value: marks.value[mark],
          detail: marks.detail[mark],
          subject: marks.subject[mark],
        })
      return all
    }
    return { forged, contents, content, written }
  }

  const respond = (answer: Partial<PlannedResponse> | undefined, mostBytes: number) => {
    const { forged, content, written } = messages(answer)
    forged.writeResponse(content, REQUEST, detailOf(7, true), mostBytes)
    return written().map(({ kind, lengthBytes, value, detail }) => [kind, lengthBytes, value, detail])
  }

  test('a forged response has the head and length of the genuine one, as far as there is room', () => {
    expect(respond({}, 10_000)).toEqual([
      [RESPONSE_HEAD, 80, OK, detailOf(7, false)],
      [BODY, 500, 500, detailOf(7, true)],
    ])
    expect(respond({}, 200)[1]).toEqual([BODY, 120, 120, detailOf(7, true)])
    expect(respond({}, 80)).toEqual([[RESPONSE_HEAD, 80, OK, detailOf(7, true)]])
    expect(respond({}, 10)).toEqual([[RESPONSE_HEAD, 80, OK, detailOf(7, true)]])
  })

  test('a forged response has no body if the genuine one has no known length, and goes on after a 101', () => {
    const body = { kind: 'echo', echoBytes: 5, openedBytes: 6 } as const
    expect(respond({ body }, 10_000)).toEqual([[RESPONSE_HEAD, 80, OK, detailOf(7, true)]])
    expect(respond({ accepted: SWITCHING, body }, 10_000)).toEqual([[RESPONSE_HEAD, 60, SWITCHING, detailOf(7, false)]])
  })

  test('a forged response takes the first planned one with status 200 if the genuine one is unknown, and is not sent without one', () => {
    expect(respond(undefined, 10_000)).toEqual([[RESPONSE_HEAD, 80, OK, detailOf(7, true)]])
    expect(respond({ accepted: NONE }, 10_000)).toEqual([])
  })

  test('a forged response refers to the request that it answers, and its body is the attacker’s', () => {
    const { forged, contents, content, written } = messages({})
    forged.writeResponse(content, REQUEST, detailOf(7, true), 10_000)
    expect(written().map(({ subject }) => subject)).toEqual([REQUEST, REQUEST])
    const mark = contents.markAt(content, 80)
    const body = contents.marks.carried[mark]
    const { nameHigh, nameLow, author } = contents.table
    expect([nameHigh[body], nameLow[body], author[body]]).toEqual([derivedName(5, BODY), derivedName(6, BODY), 9])
    expect(contents.lengthBytes(body)).toBe(500)
    contents.drop(content)
    expect(contents.table.count).toBe(0)
  })

  test('a forged request has the number that the client uses next', () => {
    const { forged, content, written } = messages()
    forged.writeRequest(content, REQUEST, detailOf(7, false))
    expect(written()).toEqual([
      { kind: REQUEST_HEAD, lengthBytes: 100, value: REQUEST, detail: detailOf(9, true), subject: REQUEST },
    ])
  })

  test('a forged record does not decrypt', () => {
    const { forged, content, written } = messages()
    forged.writeGarbage(content as Content, 64)
    expect(written()).toEqual([{ kind: COVERED, lengthBytes: 64, value: 0, detail: 0, subject: NONE }])
  })
})
