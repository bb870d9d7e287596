import { NS_PER_S } from '../../../src/engine/ticks.ts'
import { parseCall } from './parse-call.ts'
import { parsePacket } from './parse-packet.ts'
import { Scanner } from './scanner.ts'
import type { Action, EventTime, Script, ScriptEvent } from './script.ts'

const SECONDS = '(\\d+\\.\\d*|\\.\\d+|\\d+)'

/** Parses a script of packetdrill. Throws a `ScriptError` with the line. */
export function parseScript(text: string): Script {
  const scanner = new Scanner(text)
  const options = new Map<string, string>()
  for (let option = takeOption(scanner); option !== null; option = takeOption(scanner)) options.set(...option)
  const setUp = scanner.take(/`/) === null ? null : scanner.takeUntil('`')
  const events: ScriptEvent[] = []
  while (!scanner.isAtEnd) {
    const { line } = scanner
    // The command that cleans up behind the last event has no time.
    if (scanner.take(/`[^`]*`/) !== null) continue
    const time = parseTime(scanner)
    events.push({ line, time, action: parseAction(scanner) })
  }
  return { options, setUp, events }
}

function takeOption(scanner: Scanner): [string, string] | null {
  const match = scanner.take(/--(\w+)(?:=(\S*))?/)
  return match === null ? null : [match[1], match[2] ?? '']
}

function parseTime(scanner: Scanner): EventTime {
  if (scanner.take(/\*/) !== null) return { anchor: 'any', fromNs: 0, toNs: null, returnNs: null }
  const isRelative = scanner.take(/\+/) !== null
  const fromNs = parseSeconds(scanner)
  const isRange = scanner.take(/~\s*\+?/) !== null
  const toNs = isRange ? parseSeconds(scanner) : null
  const returnNs = scanner.take(/\.\.\./) === null ? null : parseSeconds(scanner)
  return { anchor: isRelative ? 'relative' : 'absolute', fromNs, toNs, returnNs }
}

function parseSeconds(scanner: Scanner): number {
  // `0...0.2` is a time, an ellipsis and another time.
  const digits = scanner.expect(new RegExp(`(?:\\d+(?=\\.\\.\\.)|${SECONDS})`), 'a time')
  return Math.round(Number(digits) * NS_PER_S)
}

function parseAction(scanner: Scanner): Action {
  if (scanner.take(/`/) !== null) return { kind: 'command', text: scanner.takeUntil('`') }
  if (scanner.take(/%\{/) !== null) return { kind: 'code', text: scanner.takeUntil('}%') }
  const direction = scanner.take(/[<>]/)
  if (direction !== null) return parsePacket(scanner, direction[0] === '<')
  return parseCall(scanner)
}
