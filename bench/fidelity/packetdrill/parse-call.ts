import type { Scanner } from './scanner.ts'
import type { SystemCall, Value } from './script.ts'

/** Parses a system call with what it returns: `write(4, ..., 10) = -1 EPIPE (Broken pipe)`. */
export function parseCall(scanner: Scanner): SystemCall {
  const name = scanner.expect(/(\w+)\s*\(/, 'a system call')
  const parameters = parseList(scanner, /\)/)
  scanner.expect(/=/, '=')
  const result = scanner.take(/\.\.\./) === null ? parseNumber(scanner) : null
  const error = scanner.take(/(?:E[A-Z]+)\b/)?.[0] ?? null
  // A remark about the result.
  if (scanner.take(/\(/) !== null) scanner.takeUntil(')')
  return { kind: 'call', name, parameters, result, error }
}

function parseList(scanner: Scanner, end: RegExp): Value[] {
  const values: Value[] = []
  while (scanner.take(end) === null) {
    values.push(parseValue(scanner))
    scanner.take(/,/)
  }
  return values
}

function parseValue(scanner: Scanner): Value {
  if (scanner.take(/\.\.\./) !== null) return null
  if (scanner.take(/\[/) !== null) return parseList(scanner, /\]/)
  if (scanner.take(/\{/) !== null) return parseMembers(scanner)
  const text = scanner.take(/"([^"]*)"/)
  if (text !== null) return text[1]
  const names = scanner.take(/[A-Za-z_]\w*(?:\s*\|\s*[A-Za-z_]\w*)*/)
  return names === null ? parseNumber(scanner) : names[0].replaceAll(/\s/g, '')
}

/** Parses `{a=1, b(2)=[...], ..., 40}`. Members without a name are numbered. */
function parseMembers(scanner: Scanner): Value {
  const members: Record<string, Value> = {}
  for (let nth = 0; scanner.take(/\}/) === null; nth++) {
    const name = scanner.take(/([A-Za-z_]\w*)\s*(?:\([^)]*\)\s*)?=/)
    members[name === null ? String(nth) : name[1]] = parseValue(scanner)
    scanner.take(/,/)
  }
  return members
}

function parseNumber(scanner: Scanner): number {
  return Number(scanner.expect(/-?(?:0x[\da-fA-F]+|\d+)/, 'a value'))
}
