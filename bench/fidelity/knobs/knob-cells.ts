import { percent } from '../measured-cell.ts'

/** The settings of one end of the test bed: of its namespace, its route to the other end, and its sockets. */
export interface EndSettings {
  readonly sysctl?: readonly string[]
  readonly route?: readonly string[]
  readonly hasNagle?: boolean
}

/** One setting of one knob, for the real stack and for a scenario. */
export interface KnobCell {
  readonly knob: string
  readonly setting: string
  readonly link: {
    readonly onewayUs: number
    readonly rateMbps: number
    readonly queuePackets: number
    readonly loss: number
  }
  readonly what: KnobQuestion
  readonly times: number
  readonly client: EndSettings
  readonly server: EndSettings
  /** The value of /sys/module/tcp_cubic/parameters/hystart, which applies to the whole machine. */
  readonly hystart?: 0 | 1
  /** The keys of `tcp` of the client in the scenario. */
  readonly clientTcp: string
  readonly serverTcp: string
}

export type KnobQuestion =
  /** Each on a connection of its own: ms from asking to the last byte. */
  | { readonly kind: 'get'; readonly bytes: number }
  /** The same on one connection, one at a time, `pauseMs` from each to the next; the first does not count. */
  | { readonly kind: 'paused'; readonly bytes: number; readonly pauseMs: number }
  /** Head and 200 bytes of body in two writes, ten times a second on one connection. */
  | { readonly kind: 'post' }
  /** The mean of so many on one connection, each as soon as the last is answered. */
  | { readonly kind: 'mean'; readonly bytes: number; readonly requests: number }

const LINK = { onewayUs: 10_000, rateMbps: 100, queuePackets: 200, loss: 0 }
const PLAIN = { link: LINK, client: {}, server: {}, clientTcp: '', serverTcp: '' }
/**
 * The share of a buffer's memory that full segments leave for the window (docs/models/tcp/receiving.md); one segment is
 * kept back.
 */
const WINDOW_SHARE = 5 / 8
const SEGMENT_BYTES = 1448
const KIB = 1024

type Settings = Omit<KnobCell, 'knob'>

const queue = (queuePackets: number): Settings => ({
  ...PLAIN,
  setting: `${queuePackets} packets`,
  link: { ...LINK, queuePackets },
  what: { kind: 'get', bytes: 5_000_000 },
  times: 15,
})

/** The number of repetitions with losses. Means need many, since a few slow transfers dominate them. */
const TIMES_UNDER_LOSS: Readonly<Record<number, number>> = { 0.001: 120, 0.01: 80, 0.03: 40 }

const loss = (ratio: number): Settings => ({
  ...PLAIN,
  setting: percent(ratio),
  link: { ...LINK, loss: ratio },
  what: { kind: 'get', bytes: 1_000_000 },
  times: TIMES_UNDER_LOSS[ratio] ?? 7,
})

const receiveWindow = (kibibytes: number): Settings => ({
  ...PLAIN,
  setting: `${kibibytes} KiB`,
  what: { kind: 'get', bytes: 2_000_000 },
  times: 7,
  client: { sysctl: [`net.ipv4.tcp_rmem=4096 ${kibibytes * KIB} ${kibibytes * KIB}`] },
  clientTcp: `receive-buffer: ${kibibytes * KIB * WINDOW_SHARE - SEGMENT_BYTES}B`,
})

const sendBuffer = (kibibytes: number): Settings => ({
  ...PLAIN,
  setting: `${kibibytes} KiB`,
  what: { kind: 'get', bytes: 2_000_000 },
  times: 7,
  server: { sysctl: [`net.ipv4.tcp_wmem=4096 16384 ${kibibytes * KIB}`] },
  serverTcp: `send-buffer-limit: ${kibibytes}KiB`,
})

const delayedAck = (isOn: boolean): Settings => ({
  ...PLAIN,
  setting: isOn ? 'delayed' : 'at once',
  what: { kind: 'get', bytes: 2_000_000 },
  times: 7,
  ...(isOn ? {} : { client: { route: ['quickack', '1'] }, clientTcp: 'delayed-ack: off' }),
})

const nagle = (setting: string, hasNagle: boolean, isDelayed: boolean): Settings => ({
  ...PLAIN,
  setting,
  what: { kind: 'post' },
  times: 20,
  ...(hasNagle ? { client: { hasNagle }, clientTcp: 'nagle: true' } : {}),
  ...(isDelayed ? {} : { server: { route: ['quickack', '1'] }, serverTcp: 'delayed-ack: off' }),
})

const afterIdle = (isOn: boolean): Settings => ({
  ...PLAIN,
  setting: isOn ? 'on' : 'off',
  what: { kind: 'paused', bytes: 400_000, pauseMs: 3_000 },
  times: 7,
  ...(isOn
    ? {}
    : { server: { sysctl: ['net.ipv4.tcp_slow_start_after_idle=0'] }, serverTcp: 'slow-start-after-idle: false' }),
})

const initialWindow = (segments: number): Settings => ({
  ...PLAIN,
  setting: `${segments} segments`,
  what: { kind: 'get', bytes: 90_000 },
  times: 7,
  server: { route: ['initcwnd', `${segments}`] },
  serverTcp: `initial-window: ${segments}`,
})

const minimumTimeout = (milliseconds: number): Settings => {
  const end: EndSettings = { route: ['rto_min', `${milliseconds}ms`] }
  const tcp = `min-rto: ${milliseconds}ms`
  return {
    ...PLAIN,
    setting: `${milliseconds} ms`,
    link: { ...LINK, loss: 0.03 },
    what: { kind: 'mean', bytes: 1_000, requests: 300 },
    times: 7,
    client: end,
    server: end,
    clientTcp: tcp,
    serverTcp: tcp,
  }
}

const hystart = (isOn: boolean): Settings => ({
  ...PLAIN,
  setting: isOn ? 'on' : 'off',
  link: { ...LINK, onewayUs: 40_000 },
  what: { kind: 'get', bytes: 8_000_000 },
  times: 7,
  hystart: isOn ? 1 : 0,
  serverTcp: `hystart: ${isOn}`,
})

/** The knobs, of which one is changed at a time. The first setting of each is the reference for the others. */
const KNOBS: Readonly<Record<string, readonly Settings[]>> = {
  queue: [queue(200), queue(10), queue(50), queue(1000)],
  loss: [loss(0), loss(0.001), loss(0.01), loss(0.03)],
  'receive window': [receiveWindow(256), receiveWindow(128), receiveWindow(64)],
  'send buffer': [sendBuffer(4096), sendBuffer(256), sendBuffer(128)],
  'delayed ack': [delayedAck(true), delayedAck(false)],
  nagle: [nagle('off', false, true), nagle('on', true, true), nagle('on and acks at once', true, false)],
  'slow start after idle': [afterIdle(true), afterIdle(false)],
  'initial window': [initialWindow(10), initialWindow(3), initialWindow(30)],
  'minimum timeout': [minimumTimeout(200), minimumTimeout(20)],
  hystart: [hystart(true), hystart(false)],
}

export const KNOB_CELLS: readonly KnobCell[] = Object.entries(KNOBS).flatMap(([knob, settings]) =>
  settings.map((setting) => ({ knob, ...setting })),
)
