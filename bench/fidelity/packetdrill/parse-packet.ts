import type { Scanner } from './scanner.ts'
import type { Action, TcpOption } from './script.ts'

/** Parses what follows `<` or `>`. Other protocols than TCP are `unknown`. */
export function parsePacket(scanner: Scanner, isInbound: boolean): Action {
  const other = scanner.take(/(icmp|icmpv6|udp|ipv4|ipv6|gre|mpls|psp)\b[^\n]*/)
  if (other !== null) return { kind: 'unknown', what: `packets of ${other[1]}` }
  const ecn = scanner.take(/\[([\w, ]+)\]/)?.[1] ?? null
  const flags = scanner.expect(/[SFRPUEWACN.]+|-/, 'flags')
  const [, first, last, length] = scanner.take(/(\d+):(\d+)\s*\((\d+)\)/) ?? [null, '', '', '']
  if (first === '') throw scanner.error('expected first:last(length)')
  const payloadBytes = Number(length)
  if (Number(first) + payloadBytes !== Number(last)) throw scanner.error('the length is not that of the range')
  const acknowledges = takeNumber(scanner, /ack\s+(\d+)/)
  const window = takeNumber(scanner, /win\s+(\d+)/)
  if (scanner.take(/urg\s+\d+/) !== null) return { kind: 'unknown', what: 'urgent data' }
  return {
    kind: 'packet',
    isInbound,
    ecn,
    flags: flags === '-' ? '' : flags,
    sequence: Number(first),
    payloadBytes,
    acknowledges,
    window,
    options: parseOptions(scanner),
  }
}

function takeNumber(scanner: Scanner, pattern: RegExp): number | null {
  const match = scanner.take(pattern)
  return match === null ? null : Number(match[1])
}

function parseOptions(scanner: Scanner): readonly TcpOption[] | null {
  if (scanner.take(/<(?!\s*[SFRPUEWA.\d[-]+\s+\d+:)/) === null) return []
  if (scanner.take(/\.\.\.\s*>/) !== null) return null
  const options: TcpOption[] = []
  while (scanner.take(/>/) === null) {
    options.push(parseOption(scanner))
    scanner.take(/,/)
  }
  return options
}

function parseOption(scanner: Scanner): TcpOption {
  const simple = scanner.take(/(nop|eol|sackOK)\b/)
  if (simple !== null) return { kind: simple[1] as 'nop' | 'eol' | 'sackOK' }
  const valued = scanner.take(/(mss|wscale)\s+(\d+)/)
  if (valued !== null) return { kind: valued[1] as 'mss' | 'wscale', value: Number(valued[2]) }
  const timestamps = scanner.take(/TS\s+val\s+(\d+)\s+ecr\s+(\d+)/)
  if (timestamps !== null) return { kind: 'TS', value: Number(timestamps[1]), echo: Number(timestamps[2]) }
  scanner.expect(/sack\b/, 'a TCP option')
  const blocks: (readonly [number, number])[] = []
  for (let block = takeBlock(scanner); block !== null; block = takeBlock(scanner)) blocks.push(block)
  return { kind: 'sack', blocks }
}

function takeBlock(scanner: Scanner): readonly [number, number] | null {
  const match = scanner.take(/(\d+):(\d+)/)
  return match === null ? null : [Number(match[1]), Number(match[2])]
}
