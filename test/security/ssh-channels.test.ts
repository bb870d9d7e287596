import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { SSH_CHANNEL } from '../../src/security/ssh-channel.ts'
import { CHANNEL_CLOSE, CHANNEL_DATA, CHANNEL_EOF, WINDOW_ADJUST } from '../../src/security/ssh-session.ts'
import type { Endpoint } from '../fixtures/endpoint.ts'
import { ms } from '../fixtures/lab.ts'
import { SshLab } from '../fixtures/ssh-lab.ts'

const USUAL = { ...SSH_CHANNEL }

const behaviour = fc.record({
  sends: fc.nat({ max: 8_000 }),
  chunk: fc.integer({ min: 50, max: 3_000 }),
  finishes: fc.constantFrom('when-sent' as const, 'when-ended' as const),
})

const connection = fc.record({
  packetBytes: fc.constantFrom(100, 1_000),
  windowPackets: fc.integer({ min: 4, max: 6 }),
  packetNs: fc.constantFrom(0, ms(0.3)),
  channels: fc.array(
    fc.record({
      openMs: fc.nat({ max: 60 }),
      asks: behaviour,
      serves: fc.oneof({ weight: 6, arbitrary: behaviour }, { weight: 1, arbitrary: fc.constant('refuses' as const) }),
      /** When the client stops reading, after it has opened the channel, and for how long. */
      pauseMs: fc.tuple(fc.integer({ min: 25, max: 80 }), fc.nat({ max: 200 })),
      /** When it gives the channel up, after it has opened it. */
      abortMs: fc.option(fc.integer({ min: 25, max: 80 }), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})

/** What one end has sent on a channel, in the order of its packets, and what the other end may send. */
interface Sent {
  bytes: number
  mayReceive: number
  ended: 'no' | 'eof' | 'close'
}

/** Checks each packet of channels by RFC 4254, sections 5.2 and 5.3. */
function checkPackets(lab: SshLab, { maxPacketBytes, windowBytes }: typeof SSH_CHANNEL): void {
  const sent = new Map<string, Sent>()
  const by = (end: string, number: number) => {
    const known = sent.get(`${end} ${number}`) ?? { bytes: 0, mayReceive: windowBytes, ended: 'no' }
    sent.set(`${end} ${number}`, known)
    return known
  }
  for (const { by: end, kind, value, detail } of lab.written) {
    const own = by(end, detail)
    if (kind === CHANNEL_DATA) {
      expect([own.ended, value > 0, value <= maxPacketBytes]).toEqual(['no', true, true])
      own.bytes += value
      expect(own.bytes).toBeLessThanOrEqual(by(end === 'client' ? 'server' : 'client', detail).mayReceive)
    } else if (kind === WINDOW_ADJUST) {
      expect(own.ended).not.toBe('close')
      own.mayReceive += value
    } else if (kind === CHANNEL_EOF) {
      expect(own.ended).toBe('no')
      own.ended = 'eof'
    } else if (kind === CHANNEL_CLOSE) {
      expect(own.ended).not.toBe('close')
      own.ended = 'close'
    }
  }
}

/**
 * Throws when a channel waits although it could send or has room, and when what is kept to find those with work
 * contradicts their state. Call it between events, while TCP has room for all that is sent.
 */
function checkChannels({ ssh, session: client, streams, activities }: SshLab): void {
  const { sessions } = ssh
  const { channels } = ssh.channels
  let closed = 0
  for (const session of sessions.everyRow()) {
    const expected: Record<'unsent' | 'waiting' | 'ending', number[]> = { unsent: [], waiting: [], ending: [] }
    for (let channel = sessions.firstChannel[session]; channel !== NONE; channel = channels.next[channel]) {
      const unsentBytes = streams.table.writtenBytes[channels.stream[channel]] - channels.sentBytes[channel]
      const isWaiting = unsentBytes > 0 || channels.awaitsRoom[channel] === 1
      const isStopped = isWaiting && channels.sendWindowBytes[channel] <= 0
      check(channels.isWindowClosed[channel] === 0 || isStopped, 'a closed window stops something')
      const isSending = channels.isOpen[channel] === 1 && channels.hasSentEnd[channel] === 0
      const mayEncrypt = isSending && sessions.sealingBytes[session] === 0
      check(!mayEncrypt || unsentBytes === 0 || isStopped, 'nothing waits that could be sent')
      const roomBytes =
        sessions.isClient[session] === 1 ? SSH_CHANNEL.maxPacketBytes : channels.sendWindowBytes[channel]
      check(channels.awaitsRoom[channel] === 0 || unsentBytes >= roomBytes, 'nobody waits for room that is there')
      if (unsentBytes > 0) expected.unsent.push(channel)
      if (channels.awaitsRoom[channel] === 1) expected.waiting.push(channel)
      if (channels.isEnding[channel] === 1) expected.ending.push(channel)
      const ends = channels.mustEnd[channel] === 1 && channels.isOpen[channel] === 1 && unsentBytes === 0
      check(ends === (channels.isEnding[channel] === 1), 'what has ended and was sent is to end now')
      closed += channels.isWindowClosed[channel]
    }
    const { firstUnsent, firstWaiting, firstEnding, turn, unsentTurn } = sessions
    expect(listed(firstUnsent[session], channels.nextUnsent)).toEqual(expected.unsent)
    expect(listed(firstWaiting[session], channels.nextWaiting)).toEqual(expected.waiting)
    expect(listed(firstEnding[session], channels.nextEnding)).toEqual(expected.ending)
    const fromTurn = expected.unsent.find(
      (channel) => turn[session] !== NONE && channels.number[channel] >= channels.number[turn[session]],
    )
    expect(unsentTurn[session]).toBe(fromTurn ?? NONE)
  }
  // Both ends have the activity of their connection, in which the windows of TCP at both ends count too.
  const ofTcp = activities['closedWindows'][sessions.activity[client]] - closed
  check(ofTcp >= 0 && ofTcp <= 2, 'closed windows, recounted')
}

function listed(first: number, next: { readonly [row: number]: number }): number[] {
  const rows: number[] = []
  for (let row = first; row !== NONE; row = next[row]) rows.push(row)
  return rows
}

function check(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(rule)
}

/**
 * Expects that a user is told of room only where it has asked and there was none, and once that the other end has
 * ended.
 */
function expectCalls({ streams, ssh }: SshLab): void {
  const [waiting, hasEnded] = [new Set<number>(), new Set<string>()]
  const [hasRoom, drained] = [streams.hasRoom.bind(streams), streams.drained.bind(streams)]
  const ended = streams.ended.bind(streams)
  streams.ended = (stream) => {
    const name = `${stream} ${streams.table.generation[stream]}`
    check(!hasEnded.has(name), 'a stream ends once')
    hasEnded.add(name)
    ended(stream)
  }
  streams.hasRoom = (stream) => {
    const answer = hasRoom(stream)
    if (!answer) waiting.add(stream)
    return answer
  }
  streams.drained = (stream) => {
    if (streams.isCarriedBy(stream, ssh.channels))
      check(waiting.delete(stream), 'who is told of room has waited for it')
    drained(stream)
  }
}

test('all SSH channels of a connection carry all their data in granted packets and windows, and end once', () => {
  fc.assert(
    fc.property(connection, ({ packetBytes, windowPackets, packetNs, channels }) => {
      const limits = { maxPacketBytes: packetBytes, windowBytes: windowPackets * packetBytes }
      Object.assign(SSH_CHANNEL, limits)
      try {
        const cpu = { ...CPU_FIGURES.instant, sshPacketNs: packetNs }
        const lab = new SshLab({
          cpus: [cpu, cpu],
          serves: [...channels.map(({ serves }) => serves), { finishes: 'never' }],
        })
        lab.afterEvent = () => checkChannels(lab)
        expectCalls(lab)
        lab.run(ms(500))
        lab.written.length = 0
        const clients: Endpoint[] = []
        for (const [target, { openMs, asks, serves, pauseMs, abortMs }] of channels.entries())
          lab.at(ms(500 + openMs), () => {
            const client = lab.open(target, asks)
            clients[target] = client
            if (serves === 'refuses') return
            if (abortMs !== null) return lab.at(ms(500 + openMs + abortMs), () => client.abort())
            lab.at(ms(500 + openMs + pauseMs[0]), () => client.pause())
            lab.at(ms(500 + openMs + pauseMs[0] + pauseMs[1]), () => client.resume())
          })
        lab.run(ms(10_000))
        for (const [target, { asks, serves, abortMs }] of channels.entries()) {
          const client = clients[target]
          if (serves === 'refuses') {
            expect([client.failure, client.receivedBytes]).toEqual(['channel refused', 0])
            continue
          }
          if (abortMs !== null) continue
          const server = lab.endpoints.endpoints.find(({ name }) => name === `server.${target}`)
          expect([client.receivedBytes, server?.receivedBytes]).toEqual([serves.sends, asks.sends])
          const isDeadlock = asks.finishes === 'when-ended' && serves.finishes === 'when-ended'
          expect([client.hasEnded, server?.hasEnded]).toEqual([!isDeadlock, !isDeadlock])
          client.close()
        }
        const isWindowClosed = () => lab.activities['closedWindows'][lab.ssh.sessions.activity[lab.session]] > 0
        expect(isWindowClosed()).toBe(false)
        // A CLOSE goes with the next packet.
        const last = lab.open(channels.length, { sends: 1, finishes: 'never' })
        lab.run(ms(20_000))
        last.abort()
        lab.run(ms(30_000))
        expect(isWindowClosed()).toBe(false)
        checkPackets(lab, limits)
        expect(lab.ssh.channels.channels.count).toBe(0)
      } finally {
        Object.assign(SSH_CHANNEL, USUAL)
      }
    }),
    { numRuns: 6 },
  )
})
