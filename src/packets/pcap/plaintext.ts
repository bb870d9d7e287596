import { DATA } from '../../cluster/konnectivity/tunnel-tables.ts'
import { SSH_PORT } from '../../cluster/paths/path.ts'
import { hashString32 } from '../../engine/hash.ts'
import { BODY } from '../../http/marks.ts'
import { ACK, FIN, SYN } from '../../network/header-flags.ts'
import { CHANNEL_CLOSE, CHANNEL_CONFIRMATION, CHANNEL_DATA, CHANNEL_EOF } from '../../security/ssh-session.ts'
import { APPLICATION_DATA, CLOSE_NOTIFY } from '../../security/tls-session.ts'
import type { TcpFields } from '../encode/ip-tcp.ts'
import type { PayloadEncoder } from '../encode/payload-encoder.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { StreamContent, StreamMessage } from '../record/stream-content.ts'

/** A synthetic packet that shows plaintext. */
export interface PlainPacket {
  readonly fields: TcpFields
  readonly payload: Uint8Array
  readonly comment: string | null
}

const HEADER_BYTES = 40
const PSH = 0x08
const WINDOW_BYTES = 65_535
const HTTPS_PORT = 443
const HTTP_PORT = 80
/** The port shown for streams in SSH channels. Wireshark does not expect SSH there. */
const TUNNELLED_PORT = 2200
const FIRST_TUNNELLED_PORT = 40_000
const TUNNELLED_PORTS = 20_000

/** The ends of a connection that carries a stream, in the direction of a packet. */
interface Ends {
  readonly source: number
  readonly sourcePort: number
  readonly destination: number
  readonly destinationPort: number
}

/**
 * A connection whose stream is searched for decrypted streams: a TCP connection, or a connection inside another one.
 */
interface Outer {
  readonly key: string
  readonly ends: Ends
  readonly text: string
}

/** A synthetic TCP connection that shows one decrypted stream. */
interface Shown {
  /** The end that dialled the outer connection. */
  readonly dialler: { readonly address: number; readonly port: number }
  readonly client: { readonly address: number; readonly port: number }
  readonly server: { readonly address: number; readonly port: number }
  /** The next sequence number of the client and of the server. */
  readonly next: [client: number, server: number]
  readonly hasEnded: [client: boolean, server: boolean]
}

/** The offset up to which a stream was seen without a gap, and the ranges seen beyond the first gap. */
interface Seen {
  until: number
  later: { from: number; until: number }[]
}

/**
 * Finds the records that a capture's subject can decrypt, and shows their contents as TCP connections without
 * encryption: one for each TLS session, SSH channel or tunnelled connection. A record is shown when all of it was seen.
 */
export class Plaintext {
  private readonly encoder: PayloadEncoder
  private readonly canDecrypt: (message: StreamMessage) => boolean
  private readonly seen = new WeakMap<StreamContent, Seen>()
  private readonly shown = new Map<string, Shown>()
  /** The number of connections so far between each pair of ends. */
  private readonly dialled = new Map<string, number>()
  private readonly dialledBy = new Map<string, string>()
  /** The client's number of each channel, by connection and server's number. */
  private readonly channels = new Map<string, number>()
  private tunnelled = 0
  private packets: PlainPacket[] = []

  constructor(encoder: PayloadEncoder, canDecrypt: (message: StreamMessage) => boolean) {
    this.encoder = encoder
    this.canDecrypt = canDecrypt
  }

  /** Returns the synthetic packets for everything that this packet makes decryptable. */
  see(packet: RecordedPacket): readonly PlainPacket[] {
    const outer = this.outerOf(packet)
    this.packets = []
    if (packet.content !== null)
      this.follow(outer, packet.content, packet.contentOffset, packet.contentOffset + packet.payloadBytes)
    return this.packets
  }

  private outerOf(packet: RecordedPacket): Outer {
    const { source, sourcePort, destination, destinationPort, flags } = packet
    const ends = { source, sourcePort, destination, destinationPort }
    const pair = pairOf(ends)
    if ((flags & (SYN | ACK)) === SYN && !packet.isRetransmission) {
      if (this.dialledBy.get(pair) !== `${source}:${sourcePort}/${packet.sequenceNumber}`)
        this.dialled.set(pair, (this.dialled.get(pair) ?? 0) + 1)
      this.dialledBy.set(pair, `${source}:${sourcePort}/${packet.sequenceNumber}`)
    }
    return { key: `${pair}#${this.dialled.get(pair) ?? 0}`, ends, text: '' }
  }

  /** Reads the range [from, until) of a stream up to the first gap. */
  private follow(outer: Outer, content: StreamContent, from: number, until: number): void {
    const stream = content.original ?? content
    const seen = this.seen.get(stream) ?? { until: from, later: [] }
    this.seen.set(stream, seen)
    const before = seen.until
    if (until <= before) return
    seen.later.push({ from, until })
    seen.later.sort((a, b) => a.from - b.from)
    while (seen.later.length > 0 && seen.later[0].from <= seen.until)
      seen.until = Math.max(seen.until, seen.later.shift()?.until ?? 0)
    if (seen.until === before) return
    for (const message of stream.messagesIn(before, seen.until))
      if (message.end <= seen.until) this.read(outer, message)
  }

  private read(outer: Outer, message: StreamMessage): void {
    const { kind, detail, carried, carriedOffset, value } = message
    switch (kind) {
      case APPLICATION_DATA:
        if (this.canDecrypt(message)) this.show(inner(outer, 'tls', 'TLS'), message)
        return
      case CLOSE_NOTIFY:
        return this.end(inner(outer, 'tls', 'TLS'))
      case CHANNEL_CONFIRMATION:
        return void this.channels.set(`${outer.key}/${value}`, detail)
      case CHANNEL_DATA:
        if (this.canDecrypt(message)) this.show(this.channelOf(outer, message), message)
        return
      case CHANNEL_EOF:
      case CHANNEL_CLOSE:
        return this.end(this.channelOf(outer, message))
      case DATA:
        return this.show(inner(outer, `agent/${detail}`, `Konnectivity, connection ${detail}`), message)
      case BODY:
        if (carried !== null) this.follow(outer, carried, carriedOffset, carriedOffset + value)
    }
  }

  /**
   * Returns the connection inside an SSH channel. Each end numbers channels itself; a message carries the number of its
   * receiver.
   */
  private channelOf(outer: Outer, { detail, session }: StreamMessage): Outer {
    const number = session?.isClient === true ? (this.channels.get(`${outer.key}/${detail}`) ?? detail) : detail
    return inner(outer, `channel/${number}`, `SSH, channel ${number}`)
  }

  /** Shows the bytes that a record carries, and searches them for inner records. */
  private show(outer: Outer, { carried, carriedOffset, value, content }: StreamMessage): void {
    if (carried === null) return
    const payload = new Uint8Array(value)
    this.encoder.write(carried, carriedOffset, carriedOffset + value, payload, 0)
    const shown = this.shownOf(outer, content)
    const isClients = isFromClient(shown, outer.ends)
    this.add(shown, isClients, ACK | PSH, payload, null)
    shown.next[isClients ? 0 : 1] += value
    this.follow(outer, carried, carriedOffset, carriedOffset + value)
  }

  /** Ends a shown stream in one direction. */
  private end(outer: Outer): void {
    const shown = this.shown.get(outer.key)
    if (shown === undefined) return
    const isClients = isFromClient(shown, outer.ends)
    const end = isClients ? 0 : 1
    if (shown.hasEnded[end]) return
    shown.hasEnded[end] = true
    this.add(shown, isClients, ACK | FIN, new Uint8Array(0), null)
    shown.next[end] += 1
  }

  private shownOf(outer: Outer, { name }: StreamContent): Shown {
    const known = this.shown.get(outer.key)
    if (known !== undefined) return known
    const shown = this.open(outer, name)
    this.shown.set(outer.key, shown)
    const comment = `plaintext of ${outer.text}`
    this.add(shown, true, SYN, new Uint8Array(0), comment)
    shown.next[0] += 1
    this.add(shown, false, SYN | ACK, new Uint8Array(0), comment)
    shown.next[1] += 1
    this.add(shown, true, ACK, new Uint8Array(0), null)
    return shown
  }

  /**
   * Creates the connection that shows a stream. It has the ends of the TCP connection, and ports of its own in a
   * tunnel.
   */
  private open({ key, ends }: Outer, name: string): Shown {
    const pair = pairOf(ends)
    const isDialledBySource = this.dialledBy.get(pair)?.startsWith(`${ends.source}:${ends.sourcePort}/`)
    const isFromClient = isDialledBySource ?? ends.sourcePort > ends.destinationPort
    const source = { address: ends.source, port: ends.sourcePort }
    const destination = { address: ends.destination, port: ends.destinationPort }
    const [client, server] = isFromClient ? [source, destination] : [destination, source]
    const isTunnelled = key !== `${keyOfTcp(key)}/tls`
    const clientPort = isTunnelled ? FIRST_TUNNELLED_PORT + (this.tunnelled++ % TUNNELLED_PORTS) : client.port
    return {
      dialler: client,
      client: { address: client.address, port: clientPort },
      server: { address: server.address, port: shownPort(server.port) },
      next: [sequenceOf(`${name}/client`), sequenceOf(`${name}/server`)],
      hasEnded: [false, false],
    }
  }

  private add(
    { client, server, next }: Shown,
    isClients: boolean,
    flags: number,
    payload: Uint8Array,
    comment: string | null,
  ): void {
    const [from, to] = isClients ? [client, server] : [server, client]
    const [own, other] = isClients ? [next[0], next[1]] : [next[1], next[0]]
    this.packets.push({
      fields: {
        source: from.address,
        sourcePort: from.port,
        destination: to.address,
        destinationPort: to.port,
        sequenceNumber: own >>> 0,
        acknowledgementNumber: other >>> 0,
        flags,
        window: WINDOW_BYTES,
        headerBytes: HEADER_BYTES,
        maximumSegmentBytes: 0,
        windowScale: 0,
        synOptions: 0,
        timestamp: 0,
        timestampEcho: 0,
        sackEdges: [],
        identity: own,
      },
      payload,
      comment,
    })
  }
}

function isFromClient({ dialler }: Shown, { source, sourcePort }: Ends): boolean {
  return source === dialler.address && sourcePort === dialler.port
}

function inner({ key, ends, text }: Outer, tag: string, description: string): Outer {
  return { key: `${key}/${tag}`, ends, text: text === '' ? description : `${description}, in ${text}` }
}

/** Returns the part of a key that names the TCP connection. */
function keyOfTcp(key: string): string {
  const slash = key.indexOf('/')
  return slash < 0 ? key : key.slice(0, slash)
}

function pairOf({ source, sourcePort, destination, destinationPort }: Ends): string {
  const ends = [`${source}:${sourcePort}`, `${destination}:${destinationPort}`]
  return ends[0] < ends[1] ? ends.join(' ') : ends.reverse().join(' ')
}

/** Replaces ports on which Wireshark expects encryption. */
function shownPort(port: number): number {
  if (port === HTTPS_PORT) return HTTP_PORT
  return port === SSH_PORT ? TUNNELLED_PORT : port
}

function sequenceOf(name: string): number {
  return hashString32(name, 4) >>> 0
}
