import { hashString32 } from '../../../src/engine/hash.ts'
import { NONE } from '../../../src/engine/table.ts'
import { NS_PER_MS } from '../../../src/engine/ticks.ts'
import type { SocketOptions } from '../../../src/transport/lifecycle/socket-options.ts'
import type { Connection, Content, Stream } from '../../../src/transport/rows.ts'
import type { StreamUser } from '../../../src/transport/streams/byte-stream.ts'
import type { FailureReason } from '../../../src/transport/streams/failure.ts'
import type { Acceptor } from '../../../src/transport/tcp.ts'
import type { World } from './world.ts'

/** The port on which the host under test listens, and the one that it dials. */
export const PORT = 8080

/** The result of a system call. */
export interface Outcome {
  readonly value: number
  /** The name of the error; null without one. */
  readonly error: string | null
}

export const SUCCESS: Outcome = { value: 0, error: null }

export function failure(error: string): Outcome {
  return { value: -1, error }
}

const ERRORS: Partial<Record<FailureReason, string>> = {
  'connection refused': 'ECONNREFUSED',
  'connection reset': 'ECONNRESET',
  'timed out': 'ETIMEDOUT',
}

/** The options of a socket that `setsockopt` has set. */
export interface Chosen {
  blocks: boolean
  hasNagle: boolean
  isCorked: boolean
  lingersForNothing: boolean
  receiveBufferBytes?: number
  sendBufferBytes?: number
  maximumSegmentBytes?: number
  userTimeoutMs?: number
  notSentLowBytes?: number
}

/** A socket of the program that a script plays. */
export interface Socket {
  readonly chosen: Chosen
  state: 'new' | 'listens' | 'connects' | 'open' | 'over'
  stream: Stream
  /** Connections that were not accepted yet. */
  readonly waiting: Socket[]
  /** The error that the next call reports. */
  error: string | null
  /** Bytes that the read under way has got. */
  readBytes: number
  hasEnded: boolean
  hasShutReading: boolean
  hasFinished: boolean
}

/** The sockets of the host under test, by the numbers that scripts give them. */
export class Sockets implements StreamUser, Acceptor {
  readonly byNumber = new Map<number, Socket>()
  private readonly world: World
  private readonly userKind: number
  /** From how many unsent bytes on a socket is full that says nothing else. */
  private readonly notSentLowBytes: number
  /** The sockets that streams belong to, by the number that their streams know. */
  private readonly users: Socket[] = []
  private readonly listeners: Socket[] = []

  constructor(world: World, notSentLowBytes: number) {
    this.world = world
    this.notSentLowBytes = notSentLowBytes
    this.userKind = world.streams.registerUser(this)
    world.tcp.acceptWith(this)
  }

  create(number: number, blocks: boolean): Socket {
    const socket = newSocket({ blocks, hasNagle: true, isCorked: false, lingersForNothing: false })
    this.byNumber.set(number, socket)
    return socket
  }

  get(number: number): Socket | undefined {
    return this.byNumber.get(number)
  }

  connectionOf(socket: Socket): Connection {
    const { streams, tcp } = this.world
    return tcp.connections.rowAt(streams.table.carrier[socket.stream])
  }

  /** Returns whether the socket has a stream that TCP still carries. */
  isCarried(socket: Socket): boolean {
    return socket.stream !== NONE && this.world.streams.isCarriedBy(socket.stream, this.world.tcp)
  }

  listen(socket: Socket): void {
    const { tcp, localHost } = this.world
    if (socket.state === 'listens') tcp.unlisten(localHost, PORT)
    socket.state = 'listens'
    tcp.listen(
      localHost,
      PORT,
      this.listeners.push(socket) - 1,
      NONE,
      silenceOf(socket.chosen),
      optionsOf(socket.chosen),
    )
  }

  dial(socket: Socket): void {
    const { tcp, localHost, localAddress, remoteAddress } = this.world
    socket.state = 'connects'
    const name = `dial ${this.users.length}`
    const stream = tcp.dial({
      host: localHost,
      localAddress,
      remoteAddress,
      port: PORT,
      nameHigh: hashString32(name, 1),
      nameLow: hashString32(name, 2),
      account: NONE,
      activity: NONE,
      isRelay: false,
      silence: silenceOf(socket.chosen),
      socket: optionsOf(socket.chosen),
    })
    this.attach(socket, stream)
  }

  /** Returns a connection that waits to be accepted, as the socket with this number. */
  accept(listener: Socket, number: number): Socket | undefined {
    const socket = listener.waiting.shift()
    if (socket === undefined) return undefined
    this.byNumber.set(number, socket)
    if (this.isCarried(socket)) this.attach(socket, socket.stream)
    return socket
  }

  close(number: number): void {
    const { streams, tcp, localHost } = this.world
    const socket = this.byNumber.get(number)!
    this.byNumber.delete(number)
    if (socket.state === 'listens') {
      tcp.unlisten(localHost, PORT)
      for (const waiting of socket.waiting) if (waiting.stream !== NONE) streams.abort(waiting.stream)
    }
    const { stream } = socket
    socket.state = 'over'
    socket.stream = NONE
    if (stream === NONE) return
    if (socket.chosen.lingersForNothing) streams.abort(stream)
    else streams.close(stream)
  }

  /** Reads at most `bytes`. Returns null while nothing is there to read. */
  read(socket: Socket, bytes: number): number | null {
    const { streams } = this.world
    if (socket.stream === NONE || socket.hasEnded) return 0
    socket.readBytes = 0
    streams.table.mostReadBytes[socket.stream] = bytes
    streams.setPaused(socket.stream, false)
    const result = this.taken(socket)
    if (result === null && socket.hasShutReading) {
      this.pause(socket)
      return 0
    }
    return result
  }

  /** Returns what a read that waits has got; null while it has got nothing. */
  taken(socket: Socket): number | null {
    if (socket.readBytes > 0) return socket.readBytes
    return socket.hasEnded || socket.error !== null ? 0 : null
  }

  /** Ends a read that got nothing. */
  pause(socket: Socket): void {
    if (socket.stream === NONE) return
    this.world.streams.setPaused(socket.stream, true)
    this.world.streams.table.mostReadBytes[socket.stream] = 0
  }

  /** Sets the options that a socket can change while it is connected. */
  apply({ chosen, stream }: Socket, name: keyof Chosen): void {
    const { tcp } = this.world
    if (name === 'hasNagle') tcp.setNagle(stream, chosen.hasNagle)
    else if (name === 'isCorked') tcp.setCork(stream, chosen.isCorked)
    else if (name === 'receiveBufferBytes') tcp.setReceiveBuffer(stream, 2 * chosen.receiveBufferBytes!)
    else if (name === 'sendBufferBytes') tcp.setSendBuffer(stream, 2 * chosen.sendBufferBytes!)
    else if (name === 'userTimeoutMs') tcp.setSilence(stream, silenceOf(chosen))
    else if (name === 'notSentLowBytes') tcp.setNotSentLow(stream, chosen.notSentLowBytes || this.notSentLowBytes)
  }

  private attach(socket: Socket, stream: Stream): void {
    const { streams } = this.world
    socket.stream = stream
    streams.table.isRelayed[stream] = 1
    streams.attach(stream, this.userKind, this.users.push(socket) - 1)
    streams.setPaused(stream, true)
    if (!socket.chosen.hasNagle) this.apply(socket, 'hasNagle')
    if (socket.chosen.isCorked) this.apply(socket, 'isCorked')
    this.apply(socket, 'notSentLowBytes')
  }

  // Calls of TCP

  onAccept(listener: number, stream: Stream): void {
    const parent = this.listeners[listener]
    const socket = newSocket({ ...parent.chosen, blocks: true })
    const { streams } = this.world
    socket.state = 'open'
    socket.stream = stream
    streams.table.isRelayed[stream] = 1
    streams.setPaused(stream, true)
    parent.waiting.push(socket)
  }

  onOpen(row: number): void {
    this.users[row].state = 'open'
  }

  onData(row: number, _content: Content, _offset: number, lengthBytes: number): void {
    this.users[row].readBytes += lengthBytes
    this.pause(this.users[row])
  }

  onEnd(row: number): void {
    this.users[row].hasEnded = true
    this.pause(this.users[row])
  }

  onFailure(row: number, reason: FailureReason): void {
    const socket = this.users[row]
    socket.error = ERRORS[reason] ?? reason
    socket.state = 'over'
    socket.stream = NONE
  }

  onDrained(): void {}
}

function newSocket(chosen: Chosen): Socket {
  return {
    chosen,
    state: 'new',
    stream: NONE,
    waiting: [],
    error: null,
    readBytes: 0,
    hasEnded: false,
    hasShutReading: false,
    hasFinished: false,
  }
}

function silenceOf({ userTimeoutMs }: Chosen): { readonly userTimeoutNs?: number } {
  return userTimeoutMs === undefined ? {} : { userTimeoutNs: userTimeoutMs * NS_PER_MS }
}

/** The kernel doubles the sizes of buffers, since they are memory (net/core/sock.c, __sock_set_rcvbuf). */
function optionsOf({ receiveBufferBytes, sendBufferBytes, maximumSegmentBytes }: Chosen): SocketOptions {
  return {
    ...(receiveBufferBytes === undefined ? {} : { receiveMemoryBytes: 2 * receiveBufferBytes }),
    ...(sendBufferBytes === undefined ? {} : { sendMemoryBytes: 2 * sendBufferBytes }),
    ...(maximumSegmentBytes === undefined ? {} : { maximumSegmentBytes }),
  }
}
