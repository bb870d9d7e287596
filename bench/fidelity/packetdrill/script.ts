/** The time at which an event of a script happens, or must happen, from the start or from the event before. */
export interface EventTime {
  readonly anchor: 'any' | 'absolute' | 'relative'
  readonly fromNs: number
  /** The end of a range, `+.1~+.2`; null for a single time. */
  readonly toNs: number | null
  /** The time at which a system call that blocks returns, `+0...0.2`; null for one that does not block. */
  readonly returnNs: number | null
}

/** An argument of a system call. `null` stands for an ellipsis. Names that `|` connects are one text. */
export type Value = null | number | string | readonly Value[] | { readonly [member: string]: Value }

export interface SystemCall {
  readonly kind: 'call'
  readonly name: string
  readonly parameters: readonly Value[]
  /** The value that the call returns; null where the script does not say. */
  readonly result: number | null
  /** The name of the error, such as EAGAIN. */
  readonly error: string | null
}

/** A TCP option as a script writes it. Padding is the kind `nop`. */
export type TcpOption =
  | { readonly kind: 'nop' | 'eol' | 'sackOK' }
  | { readonly kind: 'mss' | 'wscale'; readonly value: number }
  | { readonly kind: 'TS'; readonly value: number; readonly echo: number }
  | { readonly kind: 'sack'; readonly blocks: readonly (readonly [number, number])[] }

/** A TCP segment as a script writes it. */
export interface ScriptPacket {
  readonly kind: 'packet'
  readonly isInbound: boolean
  /** The bits of the ECN field of IP: `ect0`, `noecn` and so on; null where the script does not say. */
  readonly ecn: string | null
  /** Letters of the flags in the order of packetdrill's `SFRPUEWA.`; `.` is ACK. */
  readonly flags: string
  readonly sequence: number
  readonly payloadBytes: number
  readonly acknowledges: number | null
  readonly window: number | null
  /** Null where the script accepts any options. */
  readonly options: readonly TcpOption[] | null
}

export type Action =
  | SystemCall
  | ScriptPacket
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  /** An event of the language that this interpreter does not know. */
  | { readonly kind: 'unknown'; readonly what: string }

export interface ScriptEvent {
  readonly line: number
  readonly time: EventTime
  readonly action: Action
}

export interface Script {
  /** Values of the options before the first event, such as `tolerance_usecs`. */
  readonly options: ReadonlyMap<string, string>
  /** The command that runs before the first event; null for none. */
  readonly setUp: string | null
  readonly events: readonly ScriptEvent[]
}
