import { NONE } from '../../../src/engine/table.ts'
import { Inexpressible } from './flow.ts'
import type { SystemCall, Value } from './script.ts'
import { type Chosen, failure, type Outcome, type Socket, type Sockets, SUCCESS } from './sockets.ts'
import type { World } from './world.ts'

/** Returns what the call returns, or null while it blocks. */
export type Attempt = () => Outcome | null

type Call = (caller: SystemCalls, socket: Socket, call: SystemCall) => Attempt

/** The system calls that scripts make, on the sockets of the host under test. */
export class SystemCalls {
  readonly world: World
  readonly sockets: Sockets

  constructor(world: World, sockets: Sockets) {
    this.world = world
    this.sockets = sockets
  }

  /** Begins a call. */
  begin(call: SystemCall): Attempt {
    if (call.name === 'socket') return this.createSocket(call)
    if (call.name === 'poll') return this.poll(call)
    const run = CALLS[call.name]
    if (run === undefined) throw new Inexpressible(`the system call ${call.name}`)
    const socket = this.sockets.get(numberOf(call.parameters[0]))
    return socket === undefined ? done(failure('EBADF')) : run(this, socket, call)
  }

  private createSocket({ parameters, result }: SystemCall): Attempt {
    const type = String(parameters[1])
    if (!type.split('|').includes('SOCK_STREAM') || parameters[2] === 'IPPROTO_UDP')
      throw new Inexpressible('sockets other than those of TCP')
    this.sockets.create(result ?? NONE, !type.includes('SOCK_NONBLOCK'))
    return done({ value: result ?? NONE, error: null })
  }

  private poll({ parameters }: SystemCall): Attempt {
    const [asked] = parameters
    const wanted = Array.isArray(asked) ? asked.map(membersOf) : []
    return () => {
      const ready = wanted.filter((entry) => this.events(entry) !== '0')
      if (ready.length === 0) return null
      const wrong = wanted.find((entry) => this.events(entry) !== String(entry.revents))
      return wrong === undefined ? { value: ready.length, error: null } : failure(`revents ${this.events(wrong)}`)
    }
  }

  private events({ fd, events }: Readonly<Record<string, Value>>): string {
    const socket = this.sockets.get(numberOf(fd))
    if (socket === undefined) return 'POLLNVAL'
    const asked = String(events).split('|')
    const isReady: Readonly<Record<string, boolean>> = {
      POLLIN: socket.waiting.length > 0 || socket.hasEnded || this.hasUnread(socket),
      POLLOUT: socket.state === 'open' && this.isWritable(socket),
    }
    const ready = asked.filter((name) => isReady[name])
    return ready.length === 0 ? '0' : ready.join('|')
  }

  private hasUnread(socket: Socket): boolean {
    if (!this.sockets.isCarried(socket)) return false
    const { connections } = this.world.tcp
    const row = this.sockets.connectionOf(socket)
    return connections.receiveNext[row] > connections.readOffset[row]
  }

  private isWritable(socket: Socket): boolean {
    if (!this.sockets.isCarried(socket)) return true
    return this.world.tcp.isWritable(socket.stream)
  }
}

const CALLS: Readonly<Record<string, Call>> = {
  bind: () => done(SUCCESS),
  listen({ sockets }, socket) {
    sockets.listen(socket)
    return done(SUCCESS)
  },
  accept: acceptConnection,
  accept4: acceptConnection,
  connect,
  fcntl: setFlags,
  close({ sockets }, _socket, { parameters }) {
    sockets.close(numberOf(parameters[0]))
    return done(SUCCESS)
  },
  shutdown,
  setsockopt: setOption,
  getsockopt: getOption,
  write: (calls, socket, { parameters }) => send(calls, socket, numberOf(parameters[2]), ''),
  send: (calls, socket, { parameters }) => send(calls, socket, numberOf(parameters[2]), String(parameters[3] ?? '')),
  sendto: (calls, socket, { parameters }) => send(calls, socket, numberOf(parameters[2]), String(parameters[3] ?? '')),
  writev: (calls, socket, { parameters }) => send(calls, socket, sizeOf(parameters[1]), ''),
  sendmsg: (calls, socket, { parameters }) =>
    send(calls, socket, sizeOf(membersOf(parameters[1]).msg_iov), String(parameters[2] ?? '')),
  read: (calls, socket, { parameters }) => receive(calls, socket, numberOf(parameters[2]), ''),
  recv: (calls, socket, { parameters }) => receive(calls, socket, numberOf(parameters[2]), String(parameters[3] ?? '')),
  recvfrom: (calls, socket, { parameters }) =>
    receive(calls, socket, numberOf(parameters[2]), String(parameters[3] ?? '')),
  readv: (calls, socket, { parameters }) => receive(calls, socket, sizeOf(parameters[1]), ''),
  recvmsg: (calls, socket, { parameters }) =>
    receive(calls, socket, sizeOf(membersOf(parameters[1]).msg_iov), String(parameters[2] ?? '')),
}

function acceptConnection({ sockets }: SystemCalls, socket: Socket, { result }: SystemCall): Attempt {
  return () => {
    if (sockets.accept(socket, result ?? NONE) === undefined) return socket.chosen.blocks ? null : failure('EAGAIN')
    return { value: result ?? NONE, error: null }
  }
}

function connect({ sockets }: SystemCalls, socket: Socket): Attempt {
  if (socket.state === 'new') {
    sockets.dial(socket)
    if (!socket.chosen.blocks) return done(failure('EINPROGRESS'))
  } else if (!socket.chosen.blocks && socket.state === 'connects') return done(failure('EALREADY'))
  return () => {
    if (socket.error !== null) return takeError(socket)
    return socket.state === 'open' ? SUCCESS : null
  }
}

/** Handles F_SETFL and F_GETFL. */
function setFlags(_calls: SystemCalls, { chosen }: Socket, { parameters: [, command, flags] }: SystemCall): Attempt {
  if (command === 'F_GETFL') return done({ value: chosen.blocks ? 2 : 2 | 0o4000, error: null })
  chosen.blocks = !String(flags).split('|').includes('O_NONBLOCK')
  return done(SUCCESS)
}

function shutdown({ world }: SystemCalls, socket: Socket, { parameters: [, how] }: SystemCall): Attempt {
  if (socket.stream === NONE) return done(failure('ENOTCONN'))
  if (how !== 'SHUT_WR') socket.hasShutReading = true
  if (how !== 'SHUT_RD') {
    socket.hasFinished = true
    world.streams.finish(socket.stream)
  }
  return done(SUCCESS)
}

const IGNORED_OPTIONS = [
  'SO_REUSEADDR',
  'SO_REUSEPORT',
  'IP_TOS',
  'IP_MTU_DISCOVER',
  'IPV6_TCLASS',
  'IPV6_MTU_DISCOVER',
]

const OPTIONS: Readonly<Record<string, (chosen: Chosen, value: number) => keyof Chosen>> = {
  SO_RCVBUF: (chosen, value) => assign(chosen, 'receiveBufferBytes', value),
  SO_SNDBUF: (chosen, value) => assign(chosen, 'sendBufferBytes', value),
  TCP_MAXSEG: (chosen, value) => assign(chosen, 'maximumSegmentBytes', value),
  TCP_NODELAY: (chosen, value) => assign(chosen, 'hasNagle', value === 0),
  TCP_CORK: (chosen, value) => assign(chosen, 'isCorked', value !== 0),
  TCP_USER_TIMEOUT: (chosen, value) => assign(chosen, 'userTimeoutMs', value),
  TCP_NOTSENT_LOWAT: (chosen, value) => assign(chosen, 'notSentLowBytes', value),
}

function assign<Key extends keyof Chosen>(chosen: Chosen, key: Key, value: NonNullable<Chosen[Key]>): Key {
  chosen[key] = value as Chosen[Key]
  return key
}

function setOption({ sockets }: SystemCalls, socket: Socket, { parameters }: SystemCall): Attempt {
  const name = String(parameters[2])
  if (IGNORED_OPTIONS.includes(name)) return done(SUCCESS)
  if (name === 'SO_LINGER') {
    const { onoff, linger } = membersOf(parameters[3])
    socket.chosen.lingersForNothing = numberOf(onoff) !== 0 && numberOf(linger) === 0
    return done(SUCCESS)
  }
  const option = OPTIONS[name]
  if (option === undefined) throw new Inexpressible(`the socket option ${name}`)
  const key = option(socket.chosen, firstOf(parameters[3]))
  if (sockets.isCarried(socket)) sockets.apply(socket, key)
  else if (socket.state === 'listens') sockets.listen(socket)
  return done(SUCCESS)
}

/** Compares the value of an option with the one that the script expects. */
function getOption({ world, sockets }: SystemCalls, socket: Socket, { parameters }: SystemCall): Attempt {
  const name = String(parameters[2])
  const { chosen } = socket
  const { connections } = world.tcp
  const row = sockets.isCarried(socket) ? sockets.connectionOf(socket) : null
  const expected = firstOf(parameters[3])
  let value: number
  if (name === 'SO_ERROR') value = socket.error === null ? 0 : expected === 0 ? -1 : expected
  else if (name === 'SO_RCVBUF' && row !== null) value = connections.bufferMemoryBytes[row]
  else if (name === 'SO_SNDBUF' && row !== null) value = connections.sendBufferBytes[row]
  else if (name === 'SO_RCVBUF' && chosen.receiveBufferBytes !== undefined) value = 2 * chosen.receiveBufferBytes
  else if (name === 'SO_SNDBUF' && chosen.sendBufferBytes !== undefined) value = 2 * chosen.sendBufferBytes
  else if (name === 'TCP_MAXSEG')
    value = row === null ? (chosen.maximumSegmentBytes ?? 536) : connections.maximumSegmentBytes[row]
  else if (name === 'TCP_NODELAY') value = chosen.hasNagle ? 0 : 1
  else if (name === 'TCP_NOTSENT_LOWAT') value = chosen.notSentLowBytes ?? 0
  else if (name === 'TCP_USER_TIMEOUT') value = chosen.userTimeoutMs ?? 0
  else throw new Inexpressible(`the socket option ${name}`)
  if (name === 'SO_ERROR') socket.error = null
  return done(value === expected ? SUCCESS : failure(`${name} ${value}`))
}

function send({ world, sockets }: SystemCalls, socket: Socket, bytes: number, flags: string): Attempt {
  const unknown = flags.split('|').find((flag) => !KNOWN_FLAGS.includes(flag))
  if (unknown !== undefined) throw new Inexpressible(`the flag ${unknown}`)
  if (socket.error !== null) return done(takeError(socket))
  if (socket.hasFinished || socket.state === 'over') return done(failure('EPIPE'))
  if (socket.state !== 'open' && !(socket.state === 'connects' && socket.chosen.blocks))
    return done(failure(socket.state === 'connects' ? 'EAGAIN' : 'ENOTCONN'))
  const { tcp, streams } = world
  const { table } = streams
  const row = sockets.connectionOf(socket)
  const before = table.writtenBytes[socket.stream]
  const waits = socket.chosen.blocks && !flags.includes('MSG_DONTWAIT')
  tcp.write(socket.stream, bytes, flags.includes('MSG_MORE'), flags.includes('MSG_EOR'))
  return () => {
    if (socket.error !== null) return takeError(socket)
    const taken = tcp.connections.bufferedEnd[row] - before
    if (taken === bytes) return { value: bytes, error: null }
    if (waits) return null
    tcp.withdraw(socket.stream)
    return taken === 0 ? failure('EAGAIN') : { value: taken, error: null }
  }
}

const KNOWN_FLAGS = ['', '0', 'MSG_MORE', 'MSG_EOR', 'MSG_DONTWAIT', 'MSG_NOSIGNAL']

function receive({ sockets }: SystemCalls, socket: Socket, bytes: number, flags: string): Attempt {
  if (flags !== '' && flags !== '0' && flags !== 'MSG_DONTWAIT') throw new Inexpressible(`the flag ${flags}`)
  if (socket.error !== null) return done(takeError(socket))
  if (socket.state === 'new' || socket.state === 'connects') return done(failure('ENOTCONN'))
  const atOnce = sockets.read(socket, bytes)
  if (atOnce !== null) return done({ value: atOnce, error: null })
  if (!socket.chosen.blocks || flags === 'MSG_DONTWAIT') {
    sockets.pause(socket)
    return done(failure('EAGAIN'))
  }
  return () => {
    if (socket.error !== null) return takeError(socket)
    const taken = sockets.taken(socket)
    return taken === null ? null : { value: taken, error: null }
  }
}

function takeError(socket: Socket): Outcome {
  const { error } = socket
  socket.error = null
  return failure(error ?? 'no error')
}

function done(outcome: Outcome): Attempt {
  return () => outcome
}

function numberOf(value: Value | undefined): number {
  return typeof value === 'number' ? value : Number(value)
}

function firstOf(value: Value | undefined): number {
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'number' ? first : Number.NaN
}

function membersOf(value: Value | undefined): Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Value>>)
    : {}
}

/** Returns the bytes of a vector such as `[{..., 40}, {..., 60}]`. */
function sizeOf(vector: Value | undefined): number {
  const parts = Array.isArray(vector) ? vector.map(membersOf) : []
  return parts.reduce((sum, part) => sum + numberOf(part[1]), 0)
}
