import { execFile } from 'node:child_process'

/**
 * @typedef {{ out: string, code: number | null, problem: string | null }} Answer
 *   `problem`: why the answer does not count.
 * @typedef {{ name: string, arguments: string[], goodCodes: number[] }} Task
 */

const TIMEOUT_MS = 180_000

/**
 * @param {import('./engines.mjs').Engine} engine
 * @param {Task} task
 * @param {string} cwd
 * @returns {Promise<Answer>}
 */
export function answer(engine, task, cwd) {
  const options = { cwd, timeout: TIMEOUT_MS, maxBuffer: 1 << 30, encoding: 'utf8' }
  return new Promise((resolve) => {
    execFile(engine.binary, [...engine.options, ...task.arguments], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ out, code, problem: problemOf(task, code, out, error, err) })
    })
  })
}

function problemOf(task, code, out, error, err) {
  if (error?.killed) return `did not finish in ${TIMEOUT_MS / 1000} s`
  if (!task.goodCodes.includes(code)) return `exit code ${code}: ${err.trim().split('\n').slice(-5).join('\n')}`
  return out === '' ? 'printed nothing' : null
}

/**
 * How `other` differs from `reference`, with the first line that does; null when byte for byte the same.
 *
 * @param {Answer} reference
 * @param {Answer} other
 * @returns {string | null}
 */
export function difference(reference, other) {
  if (other.problem !== null) return other.problem
  if (reference.out !== other.out) {
    const [expected, actual] = [reference.out.split('\n'), other.out.split('\n')]
    const line = expected.findIndex((text, i) => text !== actual[i])
    const at = line === -1 ? expected.length : line
    return `line ${at + 1} differs\n    expected ${excerpt(expected[at], actual[at])}\n    got      ${excerpt(actual[at], expected[at])}`
  }
  return reference.code === other.code ? null : `exit code ${other.code} instead of ${reference.code}`
}

/** The part of a long line about the first character in which it differs from `other`. */
function excerpt(text = '(end)', other = '(end)') {
  let same = 0
  while (same < text.length && text[same] === other[same]) same++
  const start = Math.max(0, same - 60)
  return `${start > 0 ? '…' : ''}${text.slice(start, same + 60)}`
}

/** What stands in the table: the digest that the JSON gives, or else a note that it is no JSON. */
export function label({ out, problem }) {
  if (problem !== null) return 'FAILED'
  return /"digest":\s*"([0-9a-f]+)"/.exec(out)?.[1] ?? 'hashes'
}
