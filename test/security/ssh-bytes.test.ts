import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import {
  CHANNEL_CLOSE,
  CHANNEL_CONFIRMATION,
  CHANNEL_DATA,
  CHANNEL_EOF,
  CHANNEL_FAILURE,
  CHANNEL_OPEN,
  LOGIN_ROUND,
  WINDOW_ADJUST,
} from '../../src/security/ssh-session.ts'
import { derivedName } from '../../src/transport/streams/derived-name.ts'
import type { Behaviour } from '../fixtures/endpoint.ts'
import { ms } from '../fixtures/lab.ts'
import { NODE, ROOT, type SshEnds, SshLab, type Written } from '../fixtures/ssh-lab.ts'

const PACKET_BYTES = 32_768
const WINDOW_BYTES = 2_097_152

const NAMES: Readonly<Record<number, string>> = {
  [LOGIN_ROUND]: 'round',
  [CHANNEL_OPEN]: 'open',
  [CHANNEL_CONFIRMATION]: 'confirmation',
  [CHANNEL_FAILURE]: 'failure',
  [CHANNEL_DATA]: 'data',
  [WINDOW_ADJUST]: 'adjust',
  [CHANNEL_EOF]: 'eof',
  [CHANNEL_CLOSE]: 'close',
}

/** `client 200 ms: data of 10 to 0, 52 bytes`: who, when, what, its value, the channel at the other end, its size. */
function line({ by, tick, kind, lengthBytes, value, detail }: Written): string {
  return `${by} ${tick / 1e6} ms: ${NAMES[kind]} of ${value} to ${detail}, ${lengthBytes} bytes`
}

/** Who wrote, when in milliseconds, how many bytes. */
function rounds(lab: SshLab): (readonly [string, number, number])[] {
  return lab.ofKind(LOGIN_ROUND).map(({ by, tick, lengthBytes }) => [by, tick / 1e6, lengthBytes])
}

/** A connection that is logged in, 200 ms after it was dialled. */
function loggedIn(ends: SshEnds): SshLab {
  const lab = new SshLab(ends)
  lab.run(ms(200))
  expect(lab.ssh.isReady(lab.session)).toBe(true)
  lab.written.length = 0
  return lab
}

describe('the log-in of SSH', () => {
  test('the SSH log-in takes seven round trips with flights of these sizes', () => {
    const lab = new SshLab()
    lab.run(ms(1000))
    expect(rounds(lab)).toEqual([
      ['client', 20, 12],
      ['server', 30, 41],
      ['server', 30, 992],
      ['client', 40, 1120],
      ['client', 40, 48],
      ['server', 50, 500],
      ['client', 60, 68],
      ['server', 70, 52],
      ['client', 80, 68],
      ['server', 90, 68],
      ['client', 100, 372],
      ['server', 110, 340],
      ['client', 120, 660],
      ['server', 130, 448],
    ])
    expect([lab.connectedTick, lab.loggedInTick, lab.lost]).toEqual([ms(20), ms(140), null])
  })

  test('the SSH log-in waits for the CPU work of each message, and for sshd’s delays', () => {
    const cpu: CpuProfile = {
      ...CPU_FIGURES.instant,
      sshMessageNs: 1,
      sshSessionNs: ms(1),
      keyShareNs: { x25519: 100, x25519mlkem768: ms(50) },
      signNs: { ed25519: 3000, 'rsa-2048': 50_000, 'ecdsa-p256': ms(50) },
      verifyNs: { ed25519: 700, 'rsa-2048': 90_000, 'ecdsa-p256': ms(50) },
      sshLoginDelayNs: ms(25),
    }
    const lab = new SshLab({ cpus: [cpu, cpu] })
    lab.run(ms(1000))
    expect(rounds(lab).map(([by, writtenMs]) => [by, Math.round(writtenMs * 1e6)])).toEqual([
      ['client', 20_000_001],
      ['server', 31_000_000],
      ['server', 31_000_001],
      ['client', 41_000_001],
      // The key share, and the server's, its secret and its signature; then the client's secret and the check.
      ['client', 41_000_102],
      ['server', 51_003_303],
      ['client', 61_004_104],
      ['server', 71_004_105],
      ['client', 81_004_106],
      ['server', 91_004_107],
      ['client', 101_004_108],
      ['server', 111_004_109],
      // The user key's signature, which arrives while sshd still sleeps after its last answer.
      ['client', 121_054_110],
      ['server', 111_004_109 + ms(25) + ms(25) + 90_001],
    ])
    expect(lab.loggedInTick).toBe(171_094_111)
  })

  test('the SSH log-in follows the client’s own parameters, at any server', () => {
    const clients = [{ ...ROOT, user: 'somebody-with-a-long-name' }, ROOT]
    const other = { ...NODE, hostKey: 'other' }
    const lab = new SshLab({ clients, servers: [other, other, NODE], client: 1, server: 2 })
    const known: string[] = []
    lab.ssh.sessionObserver = {
      onSessionBegins() {},
      onPeerData() {},
      onPeerKnown: (host, _session, isClient, client, server) =>
        known.push(`${lab.plan.hosts[host].name} is ${isClient ? 'client' : 'server'} of ${client} and ${server}`),
      onSessionReady: (host, _session, isClient) =>
        known.push(`${lab.plan.hosts[host].name} is ready as ${isClient ? 'client' : 'server'}`),
      onRefused() {},
      onSessionEnds() {},
    }
    lab.run(ms(1000))
    const plain = new SshLab()
    plain.run(ms(1000))
    expect(rounds(lab)).toEqual(rounds(plain))
    expect(known).toEqual([
      'b is server of 1 and 2',
      'a is client of 1 and 2',
      'b is ready as server',
      'a is ready as client',
    ])
  })

  test('the SSH log-in is longer by the user name wherever the client sends it', () => {
    const longer = new SshLab({ clients: [ROOT, { ...ROOT, user: 'root-and-16-bytes-ok' }], client: 1 })
    const plain = new SshLab()
    for (const lab of [longer, plain]) lab.run(ms(1000))
    // One block of 16 bytes.
    const added = rounds(longer).map(([, , bytes], i) => bytes - rounds(plain)[i][2])
    expect(added).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 16, 0, 16, 0])
  })

  test('the SSH log-in ends at the client if the host key differs, and at the server if the client has gone', () => {
    const lab = new SshLab({ servers: [{ ...NODE, hostKey: 'other' }] })
    const seen: string[] = []
    const roleOf = (isClient: boolean) => (isClient ? 'client' : 'server')
    lab.ssh.sessionObserver = {
      onSessionBegins() {},
      onPeerData() {},
      onPeerKnown() {},
      onSessionReady() {},
      onRefused: (host, _session, isClient, reason) =>
        seen.push(`${lab.plan.hosts[host].name} as ${roleOf(isClient)} refuses: ${reason}`),
      onSessionEnds: (host, _session, isClient) =>
        seen.push(`${lab.plan.hosts[host].name} as ${roleOf(isClient)} ends`),
    }
    lab.run(ms(1000))
    expect(seen).toEqual(['a as client refuses: host key refused', 'a as client ends', 'b as server ends'])
    expect([lab.lost, lab.loggedInTick]).toEqual(['host key refused', null])
  })
})

describe('the channels of SSH', () => {
  test('SSH channels send exactly these packets for a request and its response, and for a refused target', () => {
    const lab = loggedIn({ serves: [{ sends: 1000, after: 10, finishes: 'when-ended' }, 'refuses'] })
    const asks = lab.open(0, { sends: 10 })
    const refused = lab.open(1, { sends: 10 })
    lab.run(ms(1000))
    expect(lab.written.map(line)).toEqual([
      'client 200 ms: open of 0 to 0, 100 bytes',
      'client 200 ms: open of 1 to 1, 100 bytes',
      'server 210 ms: confirmation of 0 to 0, 52 bytes',
      'server 210 ms: failure of 0 to 1, 68 bytes',
      'client 220 ms: data of 10 to 0, 52 bytes',
      'client 220 ms: eof of 0 to 0, 36 bytes',
      'server 230 ms: data of 1000 to 0, 1044 bytes',
      'server 230 ms: close of 0 to 0, 36 bytes',
      'client 240 ms: close of 0 to 0, 36 bytes',
    ])
    expect([asks.receivedBytes, asks.lastByteTick, asks.endTick, asks.failure]).toEqual([1000, ms(240), ms(240), null])
    expect([refused.openTick, refused.failTick, refused.failure]).toEqual([null, ms(220), 'channel refused'])
  })

  test('SSH channels send one CLOSE from each end when one of them aborts', () => {
    const lab = loggedIn({ serves: [{ sends: 10, finishes: 'never' }] })
    const asks = lab.open(0, { finishes: 'never' })
    lab.at(ms(300), () => asks.abort())
    lab.run(ms(1000))
    expect(lab.written.slice(-2).map(line)).toEqual([
      'client 300 ms: close of 0 to 0, 36 bytes',
      'server 310 ms: close of 0 to 0, 36 bytes',
    ])
    expect(lab.ssh.channels.channels.count).toBe(0)
  })

  test('SSH channels charge what they carry to the account of the client’s end, and to no other', () => {
    const lab = loggedIn({ serves: [{ sends: 1000, after: 10 }, { sends: 500 }] })
    const accounts = [0, 1, 2].map(() => lab.accounts.allocate())
    lab.open(0, { sends: 10, finishes: 'never' }, accounts[1])
    lab.open(1, { finishes: 'never' }, accounts[2])
    lab.run(ms(1000))
    expect(accounts.map((account) => lab.accounts.carriedBytes[account])).toEqual([0, 1010, 500])
  })

  test('SSH channels are found by their streams at both ends, with their target and connection', () => {
    const lab = loggedIn({ serves: ['refuses', { finishes: 'never' }, { finishes: 'never' }] })
    lab.open(2, { finishes: 'never' })
    lab.open(1, { finishes: 'never' })
    lab.run(ms(250))
    const { channels, sessions } = lab.ssh
    const ends = lab.endpoints.endpoints.map(({ name, stream }) => {
      const channel = channels.channelOf(lab.streams.table.rowAt(stream))
      const isOfClient = sessions.isClient[channels.channels.session[channel]] === 1
      expect(channels.lowerOf(channel)).toBe(sessions.lower[channels.channels.session[channel]])
      return [name, isOfClient ? 'client' : 'server', channels.channels.target[channel]]
    })
    expect(ends).toEqual([
      ['client.2', 'client', 2],
      ['client.1', 'client', 1],
      ['server.2', 'server', 2],
      ['server.1', 'server', 1],
    ])
    expect([NONE, sessions.lower[lab.session]].map((stream) => channels.channelOf(stream))).toEqual([NONE, NONE])
  })

  test('SSH channels have names at the server that derive from the connection and the client’s number', () => {
    const lab = loggedIn({ serves: [{ finishes: 'never' }, { finishes: 'never' }] })
    for (const target of [1, 0]) lab.open(target, { finishes: 'never' })
    lab.run(ms(250))
    const { nameHigh, nameLow } = lab.streams.table
    const lower = lab.ssh.channels.lowerOf(lab.channels[0])
    const named = (hash: number, number: number) => derivedName(derivedName(hash, number), 1)
    const names = [1, 0].map((target) => {
      const stream = lab.ssh.channels.channels.stream[lab.channels[target]]
      return [nameHigh[stream], nameLow[stream]]
    })
    expect(names).toEqual([0, 1].map((number) => [named(nameHigh[lower], number), named(nameLow[lower], number)]))
  })

  test('SSH channels ignore messages of the client about a channel that it gave up before its confirmation', () => {
    const lab = loggedIn({
      serves: [
        { sends: 10, finishes: 'never' },
        { sends: 20, finishes: 'never' },
      ],
    })
    lab.open(0, { finishes: 'never' }).abort()
    const other = lab.open(1, { finishes: 'never' })
    lab.run(ms(1000))
    expect([other.receivedBytes, lab.lost]).toEqual([20, null])
  })

  /** The data packets of two channels of 300,000 bytes, each of which takes sshd a millisecond to encrypt. */
  function turns(refuseTick: number | null): Written[] {
    const cpu = { ...CPU_FIGURES.instant, sshPacketNs: ms(1) }
    const lab = loggedIn({
      cpus: [CPU_FIGURES.instant, cpu],
      serves: [{ sends: 300_000 }, 'waits', { sends: 300_000 }],
    })
    const all = [0, 1, 2].map((target) => lab.open(target, {}))
    if (refuseTick !== null) lab.at(refuseTick, () => lab.ssh.channels.refuse(lab.channels[1]))
    lab.run(ms(1000))
    expect(all.map(({ receivedBytes }) => receivedBytes)).toEqual([300_000, 0, 300_000])
    expect(all[1].failure).toBe(refuseTick === null ? null : 'channel refused')
    return lab.ofKind(CHANNEL_DATA)
  }

  test('SSH channels take turns packet by packet, each encrypted before the next', () => {
    expect(turns(null).map(line)).toEqual([
      'server 212 ms: data of 32768 to 0, 32804 bytes',
      'server 213 ms: data of 32768 to 0, 32804 bytes',
      'server 214 ms: data of 32768 to 0, 32804 bytes',
      'server 215 ms: data of 32768 to 0, 32804 bytes',
      'server 216 ms: data of 32768 to 0, 32804 bytes',
      // The output buffer is full. When ACKs have made room, the other channel has data too.
      'server 233 ms: data of 32768 to 0, 32804 bytes',
      'server 234 ms: data of 32768 to 2, 32804 bytes',
      'server 235 ms: data of 32768 to 0, 32804 bytes',
      'server 253 ms: data of 32768 to 2, 32804 bytes',
      'server 254 ms: data of 32768 to 0, 32804 bytes',
      'server 273 ms: data of 32768 to 2, 32804 bytes',
      'server 274 ms: data of 32768 to 0, 32804 bytes',
      'server 275 ms: data of 32768 to 2, 32804 bytes',
      'server 276 ms: data of 5088 to 0, 5124 bytes',
      'server 277 ms: data of 32768 to 2, 32804 bytes',
      'server 293 ms: data of 32768 to 2, 32804 bytes',
      'server 294 ms: data of 32768 to 2, 32804 bytes',
      'server 295 ms: data of 32768 to 2, 32804 bytes',
      'server 296 ms: data of 32768 to 2, 32804 bytes',
      'server 297 ms: data of 5088 to 2, 5124 bytes',
    ])
  })

  test.each([218.5, 232.5, 233.5, 234.5, 252.5, 253.5, 273.5, 274.5])(
    'SSH channels continue their turns when another channel ends after %s ms',
    (refuseMs) => {
      const inTurn = (written: readonly Written[]) => written.map(({ value, detail }) => `${detail}: ${value}`)
      expect(inTurn(turns(ms(refuseMs)))).toEqual(inTurn(turns(null)))
    },
  )

  test('SSH channels have room at the client for less than one waiting packet', () => {
    const lab = loggedIn({ serves: [{ finishes: 'never' }] })
    const asks = lab.open(0, { finishes: 'never' })
    const hasRoom = () => lab.streams.hasRoom(lab.streams.table.rowAt(asks.stream))
    asks.write(PACKET_BYTES - 1)
    expect(hasRoom()).toBe(true)
    asks.write(1)
    expect(hasRoom()).toBe(false)
  })

  test('SSH channels have room at sshd, which reads from a socket, for the size of the window', () => {
    const lab = loggedIn({ serves: [{ finishes: 'never' }] })
    lab.open(0, { finishes: 'never' })
    lab.run(ms(250))
    const server = lab.endpoints.endpoints[1]
    const hasRoom = () => lab.streams.hasRoom(lab.streams.table.rowAt(server.stream))
    server.write(10 * PACKET_BYTES)
    const sentBytes = lab.ofKind(CHANNEL_DATA).reduce((sum, { value }) => sum + value, 0)
    expect([sentBytes < 9 * PACKET_BYTES, hasRoom()]).toEqual([true, true])
    const windowBytes = WINDOW_BYTES - sentBytes
    server.write(windowBytes - (10 * PACKET_BYTES - sentBytes) - 1)
    expect(hasRoom()).toBe(true)
    server.write(1)
    expect(hasRoom()).toBe(false)
  })

  test('SSH channels wait for window at sshd as soon as it may read no more, even if all was sent', () => {
    const lab = loggedIn({ serves: [{ sends: WINDOW_BYTES, finishes: 'never' }] })
    const asks = lab.open(0, { finishes: 'never' })
    lab.run(ms(210))
    asks.pause()
    lab.run(ms(1000))
    const closedWindows = () => lab.activities['closedWindows'][lab.ssh.sessions.activity[lab.session]]
    const { stream } = lab.endpoints.endpoints[1]
    expect([asks.receivedBytes, closedWindows()]).toEqual([WINDOW_BYTES, 0])
    expect([lab.streams.hasRoom(lab.streams.table.rowAt(stream)), closedWindows()]).toEqual([false, 1])
    asks.resume()
    lab.run(ms(1100))
    expect(closedWindows()).toBe(0)
  })

  test('SSH channels cost a client no buffer work, unlike sshd', () => {
    const lab = loggedIn({
      cpus: [{ ...CPU_FIGURES.instant, sshBufferByteNs: 1000 }, CPU_FIGURES.instant],
      serves: [{ finishes: 'never' }],
    })
    lab.open(0, { sends: 100_000, chunk: 100, finishes: 'never' })
    lab.run(ms(1000))
    expect(lab.ofKind(CHANNEL_DATA).map(({ tick }) => tick)).toContain(ms(220))
  })

  test('SSH channels carry a window of 2 MiB to a paused reader, and continue as soon as it reads', () => {
    const lab = loggedIn({ serves: [{ sends: 3_000_000 }] })
    const asks = lab.open(0, { finishes: 'never' })
    lab.run(ms(210))
    asks.pause()
    lab.run(ms(1000))
    expect(lab.ofKind(CHANNEL_DATA).map(({ value }) => value)).toEqual(Array(64).fill(PACKET_BYTES))
    expect([asks.receivedBytes, lab.ofKind(WINDOW_ADJUST)]).toEqual([WINDOW_BYTES, []])
    lab.written.length = 0
    asks.resume()
    lab.run(ms(2000))
    expect(asks.receivedBytes).toBe(3_000_000)
    const grants = lab.ofKind(WINDOW_ADJUST).map(({ tick, value }) => [tick / 1e6, value])
    // Then a grant after each four packets; the last packet is shorter, and there is none for the end.
    expect(grants[0]).toEqual([1000, WINDOW_BYTES])
    expect(grants.slice(1).map(([, value]) => value)).toEqual([...Array(6).fill(4 * PACKET_BYTES), 116_416])
  })

  test.each([
    [3 * PACKET_BYTES, []],
    [3 * PACKET_BYTES + 1, [3 * PACKET_BYTES + 1]],
    [4 * PACKET_BYTES, [4 * PACKET_BYTES]],
    [7 * PACKET_BYTES, [4 * PACKET_BYTES]],
    [7 * PACKET_BYTES + 1, [4 * PACKET_BYTES, 3 * PACKET_BYTES + 1]],
  ])('SSH channels grant window once more than three packets were read: of %i bytes', (sends, granted) => {
    const lab = loggedIn({ serves: [{ sends }] })
    const asks = lab.open(0, { finishes: 'never' })
    lab.run(ms(2000))
    expect(asks.receivedBytes).toBe(sends)
    expect(lab.ofKind(WINDOW_ADJUST).map(({ by, value }) => [by, value])).toEqual(
      granted.map((bytes) => ['client', bytes]),
    )
  })
})

test('an SSH client grants window at the first of the reads of a packet, for what was read until then', () => {
  const lab = loggedIn({
    cpus: [{ ...CPU_FIGURES.instant, bodyReadBytes: 8192 }, CPU_FIGURES.instant],
    serves: [{ sends: 8 * PACKET_BYTES }],
  })
  lab.open(0, { finishes: 'never' })
  lab.run(ms(2000))
  const granted = lab.ofKind(WINDOW_ADJUST).map(({ value }) => value)
  // At the first read of the fourth packet; at that of the seventh, for the rest of the fourth too.
  expect(granted).toEqual([3 * PACKET_BYTES + 8192, 3 * PACKET_BYTES])
})

describe('an end of an SSH connection', () => {
  /** Works at the server as sshd does, with whole milliseconds: to encrypt or decrypt a packet, and to wake up. */
  const SLOW = { ...CPU_FIGURES.instant, sshPacketNs: ms(1), wakeNs: ms(5) }

  /** Channels to a server of this speed, which does this on each; by default it sends 100,000 bytes at once. */
  function sending(cpu: CpuProfile, count: number, behaviour: Behaviour = { sends: 100_000 }) {
    const lab = new SshLab({
      cpus: [CPU_FIGURES.instant, cpu],
      serves: Array.from({ length: count }, () => behaviour),
    })
    lab.run(ms(400))
    lab.written.length = 0
    return { lab, asking: Array.from({ length: count }, (_, target) => lab.open(target, { finishes: 'never' })) }
  }

  test.each([
    [0, 501],
    // It reads into a buffer of 32 KiB, a microsecond each byte, and then encrypts.
    [1000, 533.768],
  ])(
    'an end of an SSH connection wakes up to read from a loopback, and not to encrypt or to grow its buffer (%i ns a byte)',
    (sshBufferByteNs, writtenMs) => {
      const { lab } = sending({ ...SLOW, sshBufferByteNs }, 1, { finishes: 'never' })
      const { sessions } = lab.ssh
      const server = [...sessions.everyRow()].find((row) => sessions.isClient[row] === 0)
      if (server === undefined) throw new Error('the server has a session')
      lab.streams.table.readerSleeps[sessions.lower[server]] = 1
      lab.at(ms(500), () => lab.endpoints.endpoints.find(({ name }) => name === 'server.0')?.write(10))
      lab.run(ms(600))
      expect(lab.written.filter(({ by }) => by === 'server').map(({ tick }) => tick / 1e6)).toEqual([416, writtenMs])
    },
  )

  test('an end of an SSH connection discards data of a channel that ended during encryption, and continues with others', () => {
    const { lab, asking } = sending({ ...SLOW, wakeNs: 0 }, 2)
    // The first packet of channel 0 is encrypted from 411 to 412 ms, the second from 412 ms on.
    lab.at(ms(412.5), () => lab.ssh.channels.refuse(lab.channels[0]))
    lab.run(ms(2000))
    const toFirst = lab.ofKind(CHANNEL_DATA).filter(({ detail }) => detail === 0)
    expect(toFirst.every(({ tick }) => tick < ms(412.5))).toBe(true)
    expect(asking[1].receivedBytes).toBe(100_000)
  })

  test('an end of an SSH connection does one piece of work after the other, also when it reads while it encrypts', () => {
    const { lab, asking } = sending({ ...SLOW, wakeNs: 0 }, 1)
    // Ten packets arrive together while the server encrypts its own.
    lab.at(ms(402), () => {
      asking[0].write(1)
    })
    lab.run(ms(1000))
    expect(asking[0].receivedBytes).toBe(100_000)
    const ticks = lab.written.filter(({ by }) => by === 'server').map(({ tick }) => tick)
    expect(new Set(ticks.filter((tick) => tick % ms(1) !== 0))).toEqual(new Set())
  })

  test.each([
    ['ends', 'timed out', ['server']],
    ['closes', 'timed out', ['server', 'client']],
    ['fails', 'unexpected end', ['server', 'client']],
  ])(
    'an end of an SSH connection that gives up when a channel %s reads nothing more from the connection',
    (when, failure, closed) => {
      const lab = loggedIn({ serves: [{ sends: 10, finishes: 'never' }, { finishes: 'never' }] })
      const asks = lab.open(0, { finishes: 'never' })
      const other = lab.open(1, { finishes: 'never' })
      const { streams } = lab
      const giveUp = (stream: number) => {
        if (stream === asks.stream) lab.ssh.giveUp(lab.session, 'timed out')
      }
      const [ended, write] = [streams.ended.bind(streams), streams.write.bind(streams)]
      const failed = streams.failed.bind(streams)
      if (when === 'ends')
        streams.ended = (stream) => {
          ended(stream)
          giveUp(stream)
        }
      if (when === 'closes')
        streams.write = (stream, lengthBytes, kind, ...more) => {
          write(stream, lengthBytes, kind, ...more)
          if (kind === CHANNEL_CLOSE && streams.table.host[stream] === lab.host('a')) giveUp(asks.stream)
        }
      const rooms: boolean[] = []
      streams.failed = (stream, reason) => {
        failed(stream, reason)
        if (stream === asks.stream && lab.lost === null && when === 'fails' && reason === 'unexpected end')
          giveUp(stream)
        if (stream === asks.stream && when !== 'fails') rooms.push(streams.hasRoom(streams.table.rowAt(other.stream)))
      }
      lab.at(ms(300), () => lab.ssh.channels.abort(lab.channels[0]))
      lab.run(ms(1000))
      const closes = lab.ofKind(CHANNEL_CLOSE).map(({ by }) => by)
      expect([asks.failure, other.failure, closes, lab.lost]).toEqual([failure, 'timed out', closed, 'timed out'])
      // The other channel has no room any more, although it has not failed yet.
      expect(rooms.includes(true)).toBe(false)
      expect([lab.ssh.channels.channels.count, lab.ssh.sessions.count]).toEqual([0, 0])
    },
  )
})
