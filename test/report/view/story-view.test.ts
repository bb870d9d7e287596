import { expect, test } from 'vitest'
import type { MessageEntry, Story } from '../../../src/packets/story.ts'
import { viewStory } from '../../../src/report/view/story-view.ts'

const LINK = 'link/wan/forward'

function message(packet: number): MessageEntry {
  return {
    layer: 'http',
    from: 'client',
    to: 'server',
    connection: '',
    text: `GET /${packet}`,
    bytes: 10,
    sentNs: packet,
    arrivedNs: packet + 1,
    forgedBy: null,
    alteredBy: null,
    packets: [{ link: LINK, packet }],
    packetsLeftOut: 0,
  }
}

function aStory(count: number, packet: number): Story {
  const entry: Story['packets'][number] = {
    link: LINK,
    packet,
    from: 'client',
    to: 'server',
    sentNs: packet,
    arrivedNs: null,
    stage: 'lost',
    source: '10.0.0.1:50000',
    destination: '10.0.0.2:80',
    flags: '[P.]',
    sequenceNumber: 1,
    acknowledgementNumber: 1,
    window: 502,
    wireBytes: 150,
    payloadBytes: 98,
    isRetransmission: true,
    forgedBy: null,
    alteredBy: null,
    carries: ['HTTP GET /'],
  }
  return {
    pointer: { link: LINK, packet },
    packets: [entry],
    packetsLeftOut: 3,
    messages: Array.from({ length: count }, (_, i) => message(i)),
    messagesLeftOut: 5,
  }
}

test('a report shows all of a few messages, and marks those that the evidence packet carries', () => {
  const view = viewStory(aStory(5, 3))
  expect(view?.messages.map(({ isEvidence }) => isEvidence)).toEqual([false, false, false, true, false])
  expect([view?.hosts, view?.messagesLeftOut]).toEqual([['client', 'server'], 5])
})

test.each([
  [50, 38],
  [2, 0],
  [98, 76],
])('a report shows 24 of a hundred messages around message %i, from message %i on', (packet, first) => {
  const view = viewStory(aStory(100, packet))
  expect(view?.messages.map(({ text }) => text).slice(0, 1)).toEqual([`GET /${first}`])
  expect([view?.messages.length, view?.messagesLeftOut]).toEqual([24, 81])
})

test('a report describes a packet with its numbers, its retransmissions and what became of it', () => {
  expect(viewStory(aStory(5, 3))?.packets).toMatchObject([
    {
      from: 'client 10.0.0.1:50000',
      text: '[P.] seq 1, ack 1, win 502, length 98, retransmission; HTTP GET /',
      stage: 'lost',
      isEvidence: true,
    },
  ])
})

test('a report shows no messages for a packet that was not found', () => {
  expect(viewStory({ ...aStory(5, 3), packets: [] })).toBeNull()
})
