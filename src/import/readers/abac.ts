import type { Evidence } from '../evidence.ts'
import { written } from '../origin.ts'
import type { TextReader } from '../reader.ts'

const KEYS = ['user', 'group', 'apiGroup', 'namespace', 'resource', 'nonResourcePath'] as const

/** Reads the file of --authorization-policy-file: a JSON object a line. */
export const abacReader: TextReader = {
  reads: 'policy files of the authorization mode ABAC',
  recognizes: ({ text }) => /^\{.*"abac\.authorization\.kubernetes\.io\//m.test(text),
  read(text, evidence) {
    let start = 0
    for (const line of text.text.split('\n')) {
      readLine(line, { file: text.file, line: text.positionOf(start).line }, evidence)
      start += line.length + 1
    }
    return true
  },
}

function readLine(line: string, at: { file: string; line: number }, evidence: Evidence): void {
  if (/^\s*(#.*)?$/.test(line)) return
  const spec = specOf(line)
  if (spec === null) {
    evidence.note({ kind: 'unread', at, message: 'this line is no policy of ABAC' })
    return
  }
  const texts = KEYS.flatMap((key) =>
    typeof spec[key] === 'string' && spec[key] !== '' ? [[key, spec[key]] as const] : [],
  )
  const readonly = spec.readonly === true ? [['readonly', true] as const] : []
  evidence.policies.push(written(Object.fromEntries([...texts, ...readonly]), at))
}

function specOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(line)
    const spec = isRecord(parsed) ? parsed.spec : null
    return isRecord(spec) ? spec : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
